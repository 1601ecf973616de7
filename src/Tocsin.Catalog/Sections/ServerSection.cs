using System.Net;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>How the server itself runs: <c>listen_public</c>, <c>tls</c>, <c>trusted_proxies</c>, <c>heartbeat_to</c>,
/// <c>allow_link_local</c>, <c>database</c>.</summary>
public sealed class ServerSection : IConfigSection
{
    private sealed record TlsFiles(string Certificate, string Key);

    private static readonly Field<string> Certificate = Field.Required("certificate", "File with the certificate chain in PEM.", FilePath("/etc/tocsin/cert.pem"));
    private static readonly Field<string> Key = Field.Required("key", "File with the private key in PEM.", FilePath("/etc/tocsin/key.pem"));

    private static readonly Field<Uri> ListenPublic = Field.Optional("listen_public",
        "Second address to listen on, which answers only the status page, acknowledge links, heartbeats and webhooks.",
        ConfigShapes.Url("http://0.0.0.0:8081"), "none; the main address answers everything");
    private static readonly Field<TlsFiles> Tls = Field.Optional("tls", "Certificate of the main address.",
        ConfigShapes.Map("certificate and key", [Certificate, Key], map => new TlsFiles(map.Get(Certificate), map.Get(Key))), "plain HTTP, for a proxy in front");
    private static readonly Field<IReadOnlyList<string>> TrustedProxies = Field.Optional("trusted_proxies",
        "Proxies whose X-Forwarded headers are believed.", ConfigShapes.OneOrMany(Network(), 100), "none");
    private static readonly Field<Uri> HeartbeatTo = Field.Optional("heartbeat_to",
        "Address that is called every 60 s while probing, journal and paging all move.", ConfigShapes.Url("https://hc-ping.com/your-uuid"), "none");
    private static readonly Field<bool> AllowLinkLocal = Field.WithDefault("allow_link_local",
        "Whether probes and webhooks may go to link-local and metadata addresses (169.254.0.0/16, fe80::/10).", ConfigShapes.Flag, "false");
    private static readonly Field<SecretRef> Database = Field.Optional("database",
        "Connection string of a PostgreSQL database.", ConfigShapes.Secret, "SQLite in the data directory");

    public IReadOnlyList<Field> Keys { get; } = [ListenPublic, Tls, TrustedProxies, HeartbeatTo, AllowLinkLocal, Database];

    public object Build(ConfigDraft draft)
    {
        var root = draft.Root;
        if (root.Optional(ListenPublic) is { AbsolutePath: not "/" } or { Query.Length: > 0 })
        {
            root.Error(ListenPublic, "has a path, expected scheme, address and port such as http://0.0.0.0:8081");
        }
        return new ServerModel
        {
            ListenPublic = root.Optional(ListenPublic),
            TlsCertificateFile = root.Optional(Tls)?.Certificate,
            TlsKeyFile = root.Optional(Tls)?.Key,
            TrustedProxies = root.Items(TrustedProxies),
            HeartbeatTo = root.Optional(HeartbeatTo),
            AllowLinkLocal = root.Get(AllowLinkLocal),
            Database = root.Optional(Database),
        };
    }

    private static Shape<string> FilePath(string example) => ConfigShapes.Written("file", $"the absolute path of a file such as {example}",
        text => text.StartsWith('/') && text.Length <= 1_000 ? text : Parsed<string>.Bad(""));

    private static Shape<string> Network() => ConfigShapes.Written("address or network", "an address or network such as 10.0.0.1 or 10.0.0.0/8",
        text => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _) ? text : Parsed<string>.Bad(""));
}
