using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tocsin.Demo;

/// <summary>The files of the shop's parts in the demo's data directory, as somebody with an editor, or a dying disk, changes them.</summary>
internal sealed class ShopFiles(string directory)
{
    private const string Release = "api-release.json", Cache = "cache.json";
    private const int FirstBound = 128, LargerBound = 160;
    private const int NoiseBytes = 4_096;

    private readonly string products = Path.Combine(directory, "store", "products.json");
    /// <summary>What a file held before it was changed, by what it was changed to.</summary>
    private readonly Dictionary<string, string> before = new(StringComparer.Ordinal);

    public bool IsUpgraded => NumberIn(Release, "version") is 2;
    public bool IsUnbound => File.Exists(PathOf(Cache)) && NumberIn(Cache, "bound") is null;
    public bool IsLarger => NumberIn(Cache, "bound") is LargerBound;
    public bool IsDiskDead => File.Exists(Spare(products));

    /// <summary>Writes what is missing, and ends what an earlier run left broken.</summary>
    public static void MakeWhole(string directory)
    {
        var files = new ShopFiles(directory);
        Directory.CreateDirectory(directory);
        if (files.IsUpgraded || !File.Exists(files.PathOf(Release))) files.Write(Release, Version(1));
        if (files.IsUnbound || !File.Exists(files.PathOf(Cache))) files.Write(Cache, Bound(FirstBound));
        if (files.IsDiskDead) files.ReplaceDisk();
    }

    public void Upgrade() => Change(Release, Version(2));
    public void Downgrade() => PutBack(Release, Version(2), byDefault: Version(1));
    public void Unbind() => Change(Cache, Bound(null));
    public void Bind() => PutBack(Cache, Bound(null), byDefault: Bound(FirstBound));
    public void Enlarge() => Change(Cache, Bound(LargerBound));
    public void Reduce() => PutBack(Cache, Bound(LargerBound), byDefault: Bound(FirstBound));

    /// <summary>From now on the disk gives back noise where the rows were.</summary>
    public void KillDisk()
    {
        var noise = products + ".noise";
        File.WriteAllBytes(noise, RandomNumberGenerator.GetBytes(NoiseBytes));
        // A table that was dropped before is kept by the store itself.
        if (File.Exists(products)) File.Copy(products, Spare(products), overwrite: true);
        else File.WriteAllText(Spare(products), "");
        File.Move(noise, products, overwrite: true);
    }

    /// <summary>A new disk, with the copy of the rows on it.</summary>
    public void ReplaceDisk()
    {
        if (new FileInfo(Spare(products)).Length > 0)
        {
            File.Move(Spare(products), products, overwrite: true);
            return;
        }
        File.Delete(products);
        File.Delete(Spare(products));
    }

    private void Change(string name, string content)
    {
        before[content] = File.ReadAllText(PathOf(name));
        Write(name, content);
    }

    private void PutBack(string name, string changed, string byDefault) => Write(name, before.GetValueOrDefault(changed, byDefault));

    private void Write(string name, string content)
    {
        var next = PathOf(name) + ".next";
        File.WriteAllText(next, content);
        File.Move(next, PathOf(name), overwrite: true);
    }

    private int? NumberIn(string name, string member)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(PathOf(name))) is JsonObject file && file[member] is JsonValue value
                && value.TryGetValue(out int number) ? number : null;
        }
        // Somebody's editor is at work: what it will be is not known yet.
        catch (Exception error) when (error is IOException or JsonException) { return null; }
    }

    private string PathOf(string name) => Path.Combine(directory, name);
    private static string Spare(string path) => path + ".spare";
    private static string Version(int version) => $$"""{"version": {{version}}}""" + "\n";
    private static string Bound(int? bound) => $$"""{"bound": {{bound?.ToString(CultureInfo.InvariantCulture) ?? "null"}}}""" + "\n";
}
