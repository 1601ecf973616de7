using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Checks;

/// <summary>Makes models of checks; key and service are filled in by the section, which knows where the check stands.</summary>
internal static class CheckReader
{
    /// <summary>Only the target: <c>https://…</c>, <c>tcp://host:port</c> or <c>tls://host:port</c>.</summary>
    public static Shape<CheckModel> Short { get; } =
        ConfigShapes.Written("address", "an address such as https://shop.example.org, tcp://db.example.org:5432 or tls://shop.example.org:443", Parse);

    public static Shape<CheckModel> Long { get; } = ConfigShapes.Map("check", CheckKeys.All, Build);

    /// <returns>The check; null after it was said what is wrong.</returns>
    public static CheckModel? Build(ConfigMap map)
    {
        var kinds = CheckKeys.Kinds.Where(kind => map.Has(kind.Kind)).ToList();
        if (kinds.Count != 1)
        {
            map.Error(kinds.Count == 0 ? CheckKeys.Http : kinds[1].Kind, kinds.Count == 0
                ? "has no target, expected one of http:, tcp: and tls:"
                : "is a second target, expected only one of http:, tcp: and tls:");
            return null;
        }
        var isRight = OnlyKeysOf(kinds[0], map) & TimesFit(map);
        return isRight ? Common(map, ProbeOf(map)) : null;
    }

    private static ProbeSpec ProbeOf(ConfigMap map) =>
        map.Optional(CheckKeys.Http) is { } url ? HttpOf(map, url)
        : map.Optional(CheckKeys.Tcp) is { } tcp ? new ProbeSpec.Tcp
        {
            Host = tcp.Host, Port = tcp.Port, Send = map.Optional(CheckKeys.Send), Expect = map.Optional(CheckKeys.Expect),
        }
        : TlsOf(map.Get(CheckKeys.Tls), map.Optional(CheckKeys.ServerName), map.Get(CheckKeys.ExpiresWithin));

    private static ProbeSpec.Tls TlsOf(HostPort target, string? serverName, TimeSpan expiresWithin) =>
        new() { Host = target.Host, Port = target.Port, ServerName = serverName ?? target.Host, ExpiresWithin = expiresWithin };

    private static ProbeSpec.Http HttpOf(ConfigMap map, Uri url) => new()
    {
        Url = url,
        Method = map.Get(CheckKeys.Method),
        Headers = [.. map.Items(CheckKeys.Headers).Select(entry => KeyValuePair.Create(entry.Key, entry.Value))],
        SendBody = map.Optional(CheckKeys.SendBody),
        Status = map.Get(CheckKeys.Status),
        BodyContains = map.Optional(CheckKeys.BodyContains),
        BodyLacks = map.Optional(CheckKeys.BodyLacks),
        BodyMatches = map.Optional(CheckKeys.BodyMatches),
        Json = [.. map.Items(CheckKeys.Json).Select(entry => new JsonExpectation(entry.Key, entry.Value.EqualTo))],
        HeaderContains = [.. map.Items(CheckKeys.HeaderContains).Select(entry => KeyValuePair.Create(entry.Key, entry.Value))],
        DegradedAfter = map.OptionalValue(CheckKeys.DegradedAfter),
        RedirectsMax = map.Get(CheckKeys.RedirectsMax),
        CertificateExpiresWithin = map.Get(CheckKeys.ExpiresWithin),
        Proxy = map.Optional(CheckKeys.Proxy),
    };

    private static CheckModel Common(ConfigMap map, ProbeSpec probe) => new()
    {
        Key = default,
        Service = default,
        Name = map.Optional(CheckKeys.Name) ?? "",
        Probe = probe,
        Interval = map.Get(CheckKeys.Interval),
        Timeout = TimeoutOf(map),
        Family = map.Get(CheckKeys.Family),
        Severity = map.Get(CheckKeys.Severity),
        IsControl = map.Get(CheckKeys.Control),
    };

    private static TimeSpan TimeoutOf(ConfigMap map)
    {
        var timeout = map.Get(CheckKeys.Timeout);
        var most = TimeSpan.FromMilliseconds(Math.Floor(map.Get(CheckKeys.Interval).TotalMilliseconds * 0.8));
        return map.Has(CheckKeys.Timeout) || timeout <= most ? timeout : most;
    }

    private static bool OnlyKeysOf((Field Kind, Field[] Keys) kind, ConfigMap map)
    {
        var isRight = true;
        foreach (var (other, keys) in CheckKeys.Kinds)
        {
            foreach (var key in keys.Except(kind.Keys).Where(map.Has))
            {
                isRight = false;
                map.Error(key, $"is a key of {other.Name} checks, but this is a {kind.Kind.Name} check; take it away");
            }
        }
        return isRight;
    }

    private static bool TimesFit(ConfigMap map)
    {
        var isRight = true;
        var (interval, timeout) = (map.Get(CheckKeys.Interval), TimeoutOf(map));
        if (timeout >= interval)
        {
            isRight = false;
            map.Error(CheckKeys.Timeout, $"is {ConfigDurations.Write(timeout)}, expected less than the interval of {ConfigDurations.Write(interval)}");
        }
        if (map.OptionalValue(CheckKeys.DegradedAfter) is { } degraded && degraded >= timeout)
        {
            isRight = false;
            map.Error(CheckKeys.DegradedAfter, $"is {ConfigDurations.Write(degraded)}, expected less than the timeout of {ConfigDurations.Write(timeout)}");
        }
        return isRight;
    }

    /// <summary>Reads the short form; key, service and name are not in it.</summary>
    public static Parsed<CheckModel> Parse(string text)
    {
        var defaults = ConfigMap.Empty;
        if (text.StartsWith("tcp://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("tls://", StringComparison.OrdinalIgnoreCase))
        {
            if (!HostPort.Parse(text[6..]).TryGet(out var target, out var why)) return Parsed<CheckModel>.Bad(why);
            return Common(defaults, text[1] is 'c' or 'C'
                ? new ProbeSpec.Tcp { Host = target.Host, Port = target.Port }
                : TlsOf(target, null, CheckKeys.ExpiresWithin.Default));
        }
        return ConfigShapes.ParseUrl(text).TryGet(out var url, out var reason) ? Common(defaults, HttpOf(defaults, url)) : Parsed<CheckModel>.Bad(reason);
    }
}
