namespace Tocsin.Checks.Probes;

/// <summary>Why a probe, or a verdict, is not up. The code is stored with every sample: never reuse or renumber one.</summary>
internal enum ProbeReason : byte
{
    None = 0,
    Timeout = 1,
    Refused = 2,
    Reset = 3,
    /// <summary>The other side closed the connection before its answer was complete.</summary>
    Closed = 4,
    Dns = 5,
    /// <summary>This host has no route to the target.</summary>
    NoRoute = 6,
    /// <summary>The target has addresses only of a family for which this host has no route.</summary>
    NoFamily = 7,
    /// <summary>Somebody on the way, or the target's own segment, says that the target cannot be reached.</summary>
    Unreachable = 8,
    LinkLocalRefused = 9,
    Proxy = 10,
    TlsUntrusted = 20,
    TlsName = 21,
    TlsExpired = 22,
    TlsExpiresSoon = 23,
    /// <summary>No TLS session came about for another reason than the certificate.</summary>
    TlsFailed = 24,
    Status = 40,
    Body = 41,
    Json = 42,
    Header = 43,
    Slow = 44,
    RedirectLoop = 45,
    InvalidResponse = 46,
    /// <summary>A secret that the probe needs cannot be had.</summary>
    Secret = 60,
    /// <summary>The prober is blind: see <c>prober.blind</c>.</summary>
    Blind = 61,
    /// <summary>This process stood still for so long that a time-out says nothing about the target.</summary>
    OwnLag = 62,
    /// <summary>A fault in Tocsin itself; the log has it.</summary>
    Internal = 63,
    /// <summary>Several of the last first probes failed, none for long enough to be confirmed.</summary>
    Intermittent = 80,
}

internal static class ProbeReasons
{
    extension(ProbeReason reason)
    {
        /// <summary>The machine word of facts, pages and API. Shape of a key.</summary>
        public string Word => reason switch
        {
            ProbeReason.None => "none",
            ProbeReason.Timeout => "timeout",
            ProbeReason.Refused => "refused",
            ProbeReason.Reset => "reset",
            ProbeReason.Closed => "closed",
            ProbeReason.Dns => "dns",
            ProbeReason.NoRoute => "no-route",
            ProbeReason.NoFamily => "no-family",
            ProbeReason.Unreachable => "unreachable",
            ProbeReason.LinkLocalRefused => "link-local-refused",
            ProbeReason.Proxy => "proxy",
            ProbeReason.TlsUntrusted => "tls-untrusted",
            ProbeReason.TlsName => "tls-name",
            ProbeReason.TlsExpired => "tls-expired",
            ProbeReason.TlsExpiresSoon => "tls-expires-soon",
            ProbeReason.TlsFailed => "tls-failed",
            ProbeReason.Status => "status",
            ProbeReason.Body => "body",
            ProbeReason.Json => "json",
            ProbeReason.Header => "header",
            ProbeReason.Slow => "slow",
            ProbeReason.RedirectLoop => "redirect-loop",
            ProbeReason.InvalidResponse => "invalid-response",
            ProbeReason.Secret => "secret",
            ProbeReason.Blind => "blind",
            ProbeReason.OwnLag => "own-lag",
            ProbeReason.Internal => "internal",
            ProbeReason.Intermittent => "intermittent",
        };

        /// <summary>Whether a fault of our own network could look like this.</summary>
        public bool MayBeOurNetwork => reason is ProbeReason.Timeout or ProbeReason.Unreachable or ProbeReason.NoRoute
            or ProbeReason.NoFamily or ProbeReason.Dns or ProbeReason.Proxy or ProbeReason.Blind;
    }

    private static readonly Dictionary<string, ProbeReason> ByWord =
        Enum.GetValues<ProbeReason>().ToDictionary(reason => reason.Word, StringComparer.Ordinal);

    public static string WordOf(ProbeReason reason) => reason.Word;

    /// <returns>The reason; <see cref="ProbeReason.Internal"/> for a word of a newer program.</returns>
    public static ProbeReason OfWord(string word) => ByWord.GetValueOrDefault(word, ProbeReason.Internal);
}
