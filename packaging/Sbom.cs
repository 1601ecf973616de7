using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Tocsin.Packaging;

/// <param name="Purl">Package URL, which names it for scanners.</param>
/// <param name="Sha512">Hexadecimal; null when its feed gives none.</param>
/// <param name="License">SPDX expression; null when the package states none.</param>
internal sealed record Component(string Name, string Version, string Purl, string? Sha512, string? License)
{
    /// <param name="fields">Name, version, architecture.</param>
    public static Component OfDebian(string[] fields) =>
        new(fields[0], fields[1], $"pkg:deb/debian/{Uri.EscapeDataString(fields[0])}@{Uri.EscapeDataString(fields[1])}?arch={fields[2]}", null, null);
}

/// <summary>What is inside, as CycloneDX 1.6: every library of the program, the runtime, and the packages under the image.</summary>
internal static class Sbom
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Libraries that the published program carries, from the list that the build writes beside it.</summary>
    public static IEnumerable<Component> Libraries(string depsFile, string packageFolder)
    {
        var libraries = JsonNode.Parse(File.ReadAllText(depsFile))!["libraries"]!.AsObject();
        foreach (var (id, about) in libraries)
        {
            if ((string?)about!["type"] is not ("package" or "runtimepack")) continue;
            var (name, version) = (id[..id.LastIndexOf('/')].Replace("runtimepack.", "", StringComparison.Ordinal), id[(id.LastIndexOf('/') + 1)..]);
            var hash = (string?)about["sha512"] is { Length: > 7 } text ? Convert.ToHexStringLower(Convert.FromBase64String(text["sha512-".Length..])) : null;
            yield return new Component(name, version, $"pkg:nuget/{name}@{version}", hash, LicenseOf(packageFolder, name, version));
        }
    }

    private static string? LicenseOf(string packageFolder, string name, string version)
    {
        var lower = name.ToLowerInvariant();
        var file = Path.Combine(packageFolder, lower, version.ToLowerInvariant(), $"{lower}.nuspec");
        if (!File.Exists(file)) return null;
        var license = XDocument.Load(file).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        return (string?)license?.Attribute("type") == "expression" ? license!.Value : null;
    }

    public static void Write(string file, Release release, IEnumerable<Component> components)
    {
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX", ["specVersion"] = "1.6", ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = release.Time.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
                ["component"] = new JsonObject { ["type"] = "application", ["name"] = "tocsin", ["version"] = release.Version },
            },
            ["components"] = new JsonArray([.. components.DistinctBy(part => part.Purl).OrderBy(part => part.Purl, StringComparer.Ordinal).Select(ToJson)]),
        };
        File.WriteAllText(file, document.ToJsonString(Readable) + "\n");
    }

    private static JsonObject ToJson(Component part)
    {
        var json = new JsonObject { ["type"] = "library", ["name"] = part.Name, ["version"] = part.Version, ["purl"] = part.Purl, ["bom-ref"] = part.Purl };
        if (part.Sha512 is not null) json["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = part.Sha512 });
        if (part.License is not null) json["licenses"] = new JsonArray(new JsonObject { ["expression"] = part.License });
        return json;
    }
}
