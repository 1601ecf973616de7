using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Checks;

/// <summary>The keys of one check in the file. Its kind is the one of <c>http</c>, <c>tcp</c> and <c>tls</c> that is written.</summary>
internal static class CheckKeys
{
    public static readonly Field<Uri> Http = Field.Optional("http", "Address that is asked over HTTP.", ConfigShapes.Url("https://shop.example.org/health"));
    public static readonly Field<HostPort> Tcp = Field.Optional("tcp", "Host and port that must take a connection.", HostPort.Shape("db.example.org:5432"));
    public static readonly Field<HostPort> Tls = Field.Optional("tls", "Host and port whose certificate is looked at.", HostPort.Shape("shop.example.org:443"));

    public static readonly Field<string> Name = Field.Optional("name", "Name for people.", ConfigShapes.Text(80, "'Front page'"), "the key");
    public static readonly Field<TimeSpan> Interval = Field.WithDefault("interval", "Time between the starts of two probes.",
        ConfigShapes.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "10s"), "30s");
    public static readonly Field<TimeSpan> Timeout = Field.WithDefault("timeout",
        "Time for one probe, shorter than the interval. When it is not written, never more than four fifths of the interval.",
        ConfigShapes.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), "5s"), "5s");
    public static readonly Field<AddressFamilyChoice> Family = Field.WithDefault("family", "Which IP addresses of the name are probed.",
        ConfigShapes.Word(("any", AddressFamilyChoice.Any), ("ipv4", AddressFamilyChoice.IPv4), ("ipv6", AddressFamilyChoice.IPv6)), "any");
    public static readonly Field<Severity> Severity = Field.WithDefault("severity", "Severity of the incident that it opens.",
        ConfigShapes.Word(("sev1", Kernel.Facts.Severity.Sev1), ("sev2", Kernel.Facts.Severity.Sev2), ("sev3", Kernel.Facts.Severity.Sev3), ("sev4", Kernel.Facts.Severity.Sev4)), "sev2");
    public static readonly Field<bool> Control = Field.WithDefault("control",
        "Whether only a fault of our own network can take the target away. Failing control checks make others 'cannot tell'.", ConfigShapes.Flag, "false");

    public static readonly Field<string> Method = Field.WithDefault("method", "HTTP method.",
        ConfigShapes.Word(("GET", "GET"), ("HEAD", "HEAD"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE"), ("OPTIONS", "OPTIONS")), "GET");
    public static readonly Field<IReadOnlyList<Entry<SecretRef>>> Headers = Field.Optional("headers", "Headers that are sent.",
        ConfigShapes.Pairs("header", HeaderFault, ConfigShapes.MaybeSecret, 50), "none");
    public static readonly Field<string> SendBody = Field.Optional("send_body", "Body that is sent.", ConfigShapes.Text(65_536, "'{\"ping\": true}'"), "none");
    public static readonly Field<IReadOnlyList<(int From, int To)>> Status = Field.WithDefault("status", "Status codes that are good.",
        ConfigShapes.OneOrMany(StatusRange.Shape, 50), "200-299");
    public static readonly Field<string> BodyContains = Field.Optional("body_contains", "Text that the body must contain.", ConfigShapes.Text(10_000, "'In stock'"));
    public static readonly Field<string> BodyLacks = Field.Optional("body_lacks", "Text that the body must not contain.", ConfigShapes.Text(10_000, "Exception"));
    public static readonly Field<System.Text.RegularExpressions.Regex> BodyMatches = Field.Optional("body_matches",
        "Regular expression (.NET) that must match the body.", Patterns.Shape);
    public static readonly Field<IReadOnlyList<Entry<JsonValue>>> Json = Field.Optional("json",
        "Values that must stand in a JSON body, by path; nothing after the path: the value must exist.",
        ConfigShapes.Pairs("path", JsonPaths.Fault, JsonValue.Shape, 50), "none");
    public static readonly Field<IReadOnlyList<Entry<string>>> HeaderContains = Field.Optional("header_contains", "Texts that headers of the answer must contain.",
        ConfigShapes.Pairs("header", HeaderFault, ConfigShapes.Text(1_000, "max-age"), 50), "none");
    public static readonly Field<TimeSpan> DegradedAfter = Field.Optional("degraded_after", "An answer slower than this is degraded. Shorter than the time-out.",
        ConfigShapes.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60), "800ms"), "no limit");
    public static readonly Field<int> RedirectsMax = Field.WithDefault("redirects_max", "Redirects that are followed; 0 judges the redirect itself.",
        ConfigShapes.Integer(0, 5), "5");
    public static readonly Field<Uri> Proxy = Field.Optional("proxy", "HTTP proxy for this check.", ConfigShapes.Url("http://proxy.example.org:3128"), "none");
    public static readonly Field<TimeSpan> ExpiresWithin = Field.WithDefault("expires_within", "A certificate valid for less than this is degraded.",
        ConfigShapes.Duration(TimeSpan.Zero, TimeSpan.FromDays(365), "21d"), "14d");

    public static readonly Field<string> Send = Field.Optional("send", "Text that is sent after connecting.", ConfigShapes.Text(65_536, "PING"), "nothing");
    public static readonly Field<string> Expect = Field.Optional("expect", "Text that must arrive.", ConfigShapes.Text(10_000, "PONG"), "none; an open port is enough");
    public static readonly Field<string> ServerName = Field.Optional("server_name", "Name that the certificate must be for.", HostPort.HostShape, "the host");

    private static readonly Field[] Common = [Name, Interval, Timeout, Family, Severity, Control];
    private static readonly Field[] OfHttp =
        [Method, Headers, SendBody, Status, BodyContains, BodyLacks, BodyMatches, Json, HeaderContains, DegradedAfter, RedirectsMax, Proxy, ExpiresWithin];
    private static readonly Field[] OfTcp = [Send, Expect];
    private static readonly Field[] OfTls = [ServerName, ExpiresWithin];

    public static readonly IReadOnlyList<Field> All = [Http, Tcp, Tls, .. Common, .. OfHttp, .. OfTcp, ServerName];

    /// <summary>The keys that belong to each kind and to no other.</summary>
    public static readonly IReadOnlyList<(Field Kind, Field[] Keys)> Kinds = [(Http, OfHttp), (Tcp, OfTcp), (Tls, OfTls)];

    private static string? HeaderFault(string name) =>
        name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? null : "the name of a header such as X-Api-Key";
}
