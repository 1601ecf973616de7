using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tocsin.Packaging;

/// <summary>An image in the OCI layout of 1.0.0, with the index that older Docker reads beside it, as one tar file.</summary>
internal static class OciImage
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar";

    public const int User = 10_001;

    /// <param name="layers">From the lowest to the uppermost.</param>
    /// <param name="work">Where layers are put together.</param>
    public static void Write(string file, Release release, string architecture, IReadOnlyList<FileTree> layers, string work)
    {
        var image = new FileTree(release.Time);
        var layerBlobs = layers.Select((layer, index) => AddLayer(image, layer, Path.Combine(work, $"layer-{index}.tar"))).ToList();
        var config = AddJson(image, ConfigType, Config(release, architecture, layerBlobs));
        var manifest = AddJson(image, ManifestType, new JsonObject
        {
            ["schemaVersion"] = 2, ["mediaType"] = ManifestType, ["config"] = config.ToJson(),
            ["layers"] = new JsonArray([.. layerBlobs.Select(blob => blob.ToJson())]),
        }).ToJson();
        manifest["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
        manifest["annotations"] = new JsonObject
        {
            ["org.opencontainers.image.ref.name"] = release.Version, ["io.containerd.image.name"] = $"docker.io/library/tocsin:{release.Version}",
        };
        image.AddText("oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        image.AddText("index.json", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(manifest) }.ToJsonString());
        image.AddText("manifest.json", new JsonArray(new JsonObject
        {
            ["Config"] = config.Path, ["RepoTags"] = new JsonArray($"tocsin:{release.Version}"),
            ["Layers"] = new JsonArray([.. layerBlobs.Select(blob => JsonValue.Create(blob.Path))]),
        }).ToJsonString());
        using var archive = File.Create(file);
        image.WriteTar(archive);
    }

    private sealed record Blob(string Type, string Hash, long Size)
    {
        public string Path => $"blobs/sha256/{Hash}";
        public JsonObject ToJson() => new() { ["mediaType"] = Type, ["digest"] = $"sha256:{Hash}", ["size"] = Size };
    }

    private static Blob AddLayer(FileTree image, FileTree layer, string file)
    {
        using (var stream = File.Create(file)) layer.WriteTar(stream);
        using var written = File.OpenRead(file);
        var blob = new Blob(LayerType, Convert.ToHexStringLower(SHA256.HashData(written)), written.Length);
        image.Add(blob.Path, file, FileTree.Plain);
        return blob;
    }

    private static Blob AddJson(FileTree image, string type, JsonObject content)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content);
        var blob = new Blob(type, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
        image.AddText(blob.Path, System.Text.Encoding.UTF8.GetString(bytes));
        return blob;
    }

    private static JsonObject Config(Release release, string architecture, IEnumerable<Blob> layers) => new()
    {
        ["created"] = release.Time.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        ["architecture"] = architecture, ["os"] = "linux",
        ["config"] = new JsonObject
        {
            ["User"] = $"{User}:{User}",
            ["Env"] = new JsonArray("PATH=/usr/bin", "HOME=/tocsin"),
            ["Entrypoint"] = new JsonArray("/usr/bin/tocsin"),
            ["Cmd"] = new JsonArray("serve", "--config", "/tocsin/config", "--data", "/tocsin/data", "--port", "8080"),
            ["Volumes"] = new JsonObject { ["/tocsin"] = new JsonObject() },
            ["WorkingDir"] = "/tocsin",
            ["StopSignal"] = "SIGTERM",
            ["Labels"] = new JsonObject
            {
                ["org.opencontainers.image.title"] = "Tocsin", ["org.opencontainers.image.version"] = release.Version,
                ["org.opencontainers.image.licenses"] = "Apache-2.0",
            },
        },
        ["rootfs"] = new JsonObject
        {
            ["type"] = "layers",
            ["diff_ids"] = new JsonArray([.. layers.Select(blob => JsonValue.Create($"sha256:{blob.Hash}"))]),
        },
    };
}
