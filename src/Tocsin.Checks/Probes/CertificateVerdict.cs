using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tocsin.Checks.Probes;

/// <summary>What a certificate was found to be.</summary>
/// <param name="Finding">Down, with the fault that is most useful to know first (expired, then name, then trust); up when good.</param>
/// <param name="ExpiresAt">End of the target's own certificate, UTC; null when it sent none.</param>
internal sealed record CertificateVerdict(Finding Finding, DateTimeOffset? ExpiresAt, string? SubjectText)
{
    public bool IsGood => Finding.Reason == ProbeReason.None;

    /// <returns>Degraded when less validity is left than wanted; null when enough is.</returns>
    public Finding? ExpiresSoon(TimeSpan within, DateTimeOffset now)
    {
        if (ExpiresAt is not { } end || end - now >= within) return null;
        return Finding.Degraded(ProbeReason.TlsExpiresSoon,
            string.Create(CultureInfo.InvariantCulture, $"the certificate expires in {(end - now).TotalDays:0.#} days, on {end:yyyy-MM-dd HH:mm} UTC"));
    }
}

/// <summary>Judges the chain that a target sends.</summary>
/// <param name="Roots">Trusted instead of the system's roots; null is the system. For tests.</param>
internal sealed record CertificateJudge(X509Certificate2Collection? Roots = null)
{
    /// <summary>Options for one handshake; the verdict is left in the run.</summary>
    public SslClientAuthenticationOptions Options(string serverName, ProbeRun run) => new()
    {
        TargetHost = serverName,
        AllowTlsResume = false, // a resumed session shows no certificate
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            run.Certificate = Judge(certificate as X509Certificate2, chain, errors, serverName, run.Clock.GetUtcNow());
            return run.Certificate.IsGood;
        },
    };

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true, // a certificate must not make us call addresses that nobody configured
        };
        if (Roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Roots);
        }
        return policy;
    }

    internal static CertificateVerdict Judge(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string serverName, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return new(Finding.Down(ProbeReason.TlsFailed, "the target sent no certificate"), null, null);
        }
        var (from, until) = (new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        var finding =
            until < now ? Finding.Down(ProbeReason.TlsExpired, Text($"the certificate expired on {until:yyyy-MM-dd HH:mm} UTC")) :
            from > now ? Finding.Down(ProbeReason.TlsExpired, Text($"the certificate is not valid before {from:yyyy-MM-dd HH:mm} UTC")) :
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? Finding.Down(ProbeReason.TlsName, $"the certificate is not for {serverName} but for {Names(certificate)}") :
            errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
                ? Finding.Down(ProbeReason.TlsUntrusted, $"the certificate is not trusted: {Statuses(chain)}") :
            Finding.Up("");
        return new(finding, until, Failures.Short(certificate.Subject));
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()).Take(4).ToList();
        return Failures.Short(names.Count > 0 ? string.Join(", ", names) : certificate.Subject);
    }

    private static string Statuses(X509Chain? chain) => Failures.Short(string.Join(", ",
        (chain?.ChainStatus ?? []).Select(status => status.Status switch
        {
            X509ChainStatusFlags.UntrustedRoot => "its root is not among the trusted ones",
            X509ChainStatusFlags.PartialChain => "the chain to a trusted root is incomplete",
            X509ChainStatusFlags.NotTimeValid => "a certificate of the chain has expired",
            var other => other.ToString(),
        }).Distinct()));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
