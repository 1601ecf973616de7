using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Checks;

/// <summary>What one probe does and expects. Closed hierarchy.</summary>
public abstract record ProbeSpec
{
    private ProbeSpec() { }

    /// <summary>Word of the kind in the file: <c>http</c>, <c>tcp</c>, <c>tls</c>.</summary>
    public abstract string Word { get; }
    /// <summary>What is probed, without credentials, for people.</summary>
    public abstract string Target { get; }

    public sealed record Http : ProbeSpec
    {
        public required Uri Url { get; init; }
        /// <summary>Default GET.</summary>
        public required string Method { get; init; }
        public required IReadOnlyList<KeyValuePair<string, SecretRef>> Headers { get; init; }
        /// <summary>Body sent; null is none. At most 64 kB.</summary>
        public string? SendBody { get; init; }
        /// <summary>Accepted status codes, inclusive ranges. Default 200 to 299.</summary>
        public required IReadOnlyList<(int From, int To)> Status { get; init; }
        /// <summary>Text that the body must contain.</summary>
        public string? BodyContains { get; init; }
        public string? BodyLacks { get; init; }
        /// <summary>Pattern that the body must match; has a match time-out.</summary>
        public Regex? BodyMatches { get; init; }
        public required IReadOnlyList<JsonExpectation> Json { get; init; }
        public required IReadOnlyList<KeyValuePair<string, string>> HeaderContains { get; init; }
        /// <summary>Slower than this is degraded; null is no limit.</summary>
        public TimeSpan? DegradedAfter { get; init; }
        /// <summary>0 to 5, default 5. 0 judges the redirect itself.</summary>
        public required int RedirectsMax { get; init; }
        /// <summary>Certificate valid for less than this is degraded. Default 14 days; https only.</summary>
        public required TimeSpan CertificateExpiresWithin { get; init; }
        public Uri? Proxy { get; init; }
        public override string Word => "http";
        public override string Target => Url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
    }

    public sealed record Tcp : ProbeSpec
    {
        public required string Host { get; init; }
        public required int Port { get; init; }
        /// <summary>Sent after connecting; null is nothing.</summary>
        public string? Send { get; init; }
        /// <summary>Text that must arrive; null is none: an open port is enough.</summary>
        public string? Expect { get; init; }
        public override string Word => "tcp";
        public override string Target => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
    }

    public sealed record Tls : ProbeSpec
    {
        public required string Host { get; init; }
        public required int Port { get; init; }
        /// <summary>Name expected in the certificate; default the host.</summary>
        public required string ServerName { get; init; }
        /// <summary>Less validity left than this is degraded. Default 14 days; expired is down.</summary>
        public required TimeSpan ExpiresWithin { get; init; }
        public override string Word => "tls";
        public override string Target => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
    }
}

/// <param name="Path">Such as <c>$.status</c> or <c>$.items[0].name</c>.</param>
/// <param name="EqualTo">Text of the value that must stand there; null: the value must exist.</param>
public sealed record JsonExpectation(string Path, string? EqualTo);

/// <summary>Which address family a probe uses.</summary>
public enum AddressFamilyChoice { Any, IPv4, IPv6 }

/// <summary>A standing question, validated.</summary>
public sealed record CheckModel
{
    public required CheckKey Key { get; init; }
    public required ServiceKey Service { get; init; }
    public required string Name { get; init; }
    public required ProbeSpec Probe { get; init; }
    /// <summary>1 s to 1 day, default 30 s.</summary>
    public required TimeSpan Interval { get; init; }
    /// <summary>100 ms to 60 s, default 5 s.</summary>
    public required TimeSpan Timeout { get; init; }
    public required AddressFamilyChoice Family { get; init; }
    /// <summary>Severity of the incident it opens. Default SEV2.</summary>
    public required Severity Severity { get; init; }
    /// <summary>Whether it belongs to the prober's own evidence (a target that only our own fault can take away). Default false.</summary>
    public bool IsControl { get; init; }
}

/// <summary>All checks. Immutable.</summary>
public sealed record ChecksModel(FrozenDictionary<CheckKey, CheckModel> Checks, IReadOnlyList<CheckKey> Order);
