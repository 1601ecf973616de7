using System.CommandLine;
using System.Security.Cryptography;

namespace Tocsin.Packaging;

/// <summary>Makes everything that is handed out of one checkout. Exit codes: 0 all made, 1 something could not be, 2 called wrongly.</summary>
internal sealed class Packages(Release release, string output, string work)
{
    private readonly List<string> missing = [];

    public static async Task<int> RunAsync(string[] args)
    {
        var source = new Option<string>("--source") { Description = "The checkout", DefaultValueFactory = _ => Directory.GetCurrentDirectory() };
        var output = new Option<string>("--out") { Description = "Where packages go; default: dist in the checkout" };
        var only = new Option<string[]>("--only") { Description = "Platforms; default: all", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Platform.All.Select(platform => platform.Rid)]);
        var command = new RootCommand("Makes the packages of Tocsin: one executable for each platform, .deb, OCI image, checksums, list of parts") { source, output, only };
        command.SetAction(async result =>
        {
            var root = Path.GetFullPath(result.GetValue(source)!);
            var chosen = result.GetValue(only) is { Length: > 0 } rids ? Platform.All.Where(platform => rids.Contains(platform.Rid)) : Platform.All;
            return await MakeAsync(root, Path.GetFullPath(result.GetValue(output) ?? Path.Combine(root, "dist")), [.. chosen]);
        });
        return await command.Parse(args).InvokeAsync();
    }

    private static async Task<int> MakeAsync(string source, string output, IReadOnlyList<Platform> platforms)
    {
        var work = Directory.CreateTempSubdirectory("tocsin-packaging-");
        try
        {
            Directory.CreateDirectory(output);
            foreach (var old in Directory.GetFiles(output, "tocsin*")) File.Delete(old);
            var packages = new Packages(await Release.OfAsync(source), output, work.FullName);
            var parts = new List<Component>();
            foreach (var platform in platforms) parts.AddRange(await packages.MakeAsync(platform));
            return packages.Finish(parts);
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
        finally { work.Delete(recursive: true); }
    }

    private async Task<IEnumerable<Component>> MakeAsync(Platform platform)
    {
        var one = await Publication.PublishAsync(release, platform, isOneFile: true, work);
        if (one.Value is null) return Miss($"{platform.Rid}: {one.Why}");
        var name = Path.Combine(output, $"tocsin-{release.Version}-{platform.Rid}");
        File.Copy(Path.Combine(one.Value, "tocsin"), name);
        Say(name);
        var parted = await Publication.PublishAsync(release, platform, isOneFile: false, work);
        var package = Path.Combine(output, $"tocsin_{release.Version}_{platform.Debian}.deb");
        DebPackage.Write(package, release, platform.Debian, parted.Value!);
        Say(package);
        var libraries = Sbom.Libraries(
            Path.Combine(release.Source, ".artifacts", "bin", "Tocsin", $"release_{platform.Rid}", "tocsin.deps.json"), PackageFolder());
        return [.. libraries, .. await MakeImageAsync(platform, parted.Value!)];
    }

    private async Task<IEnumerable<Component>> MakeImageAsync(Platform platform, string program)
    {
        var own = await Tool.TryAsync("dpkg", ["--print-architecture"], work);
        if (own.Output.Trim() != platform.Debian) return Miss($"image for {platform.Rid}: it is made of Debian's packages, on a Debian machine of that kind");
        var (made, why) = await DebianBase.BuildAsync(release, Directory.CreateDirectory(Path.Combine(work, $"image-{platform.Rid}")).FullName);
        if (why is not null) return Miss($"image for {platform.Rid}: {why}");
        var app = new FileTree(release.Time)
            .Add("usr/bin/tocsin", Path.Combine(program, "tocsin"), FileTree.Program)
            .Add("usr/bin/libe_sqlite3.so", Path.Combine(program, "libe_sqlite3.so"), FileTree.Plain)
            .Add("usr/share/doc/tocsin/copyright", Path.Combine(release.Source, "LICENSE"), FileTree.Plain);
        var file = Path.Combine(output, $"tocsin-{release.Version}-{platform.Rid}.oci.tar");
        OciImage.Write(file, release, platform.Debian, [made.Layer, app], work);
        Say(file);
        return made.Parts;
    }

    private int Finish(IEnumerable<Component> parts)
    {
        File.WriteAllText(Path.Combine(output, "compose.yaml"), Templates.Read("compose.yaml").Replace("VERSION", release.Version, StringComparison.Ordinal));
        Sbom.Write(Path.Combine(output, $"tocsin-{release.Version}.cdx.json"), release, parts);
        var sums = Directory.GetFiles(output).Where(file => Path.GetFileName(file) != "SHA256SUMS").Order(StringComparer.Ordinal).Select(SumOf);
        File.WriteAllText(Path.Combine(output, "SHA256SUMS"), string.Concat(sums.Select(line => $"{line}\n")));
        foreach (var line in missing) Console.Error.WriteLine($"not made: {line}");
        return missing.Count == 0 ? 0 : 1;
    }

    /// <summary>In the form that <c>sha256sum --check</c> reads.</summary>
    private static string SumOf(string file)
    {
        using var stream = File.OpenRead(file);
        return $"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {Path.GetFileName(file)}";
    }

    private IEnumerable<Component> Miss(string what)
    {
        missing.Add(what);
        return [];
    }

    private static void Say(string file) => Console.Out.WriteLine($"{new FileInfo(file).Length / 1e6,7:0.0} MB  {file}");

    private static string PackageFolder() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
