using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Server.Tls;

/// <summary>The certificate in force, replaced whole when its files hold a good new one. Thread-safe.</summary>
internal sealed class ServerCertificate(ServedCertificate first, TimeProvider clock) : IHealthPart
{
    /// <summary>Certificates are renewed weeks before their end: this near to it, nobody does.</summary>
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(7);

    private volatile ServedCertificate inForce = first;
    private volatile string? refusal;

    public ServedCertificate InForce => inForce;

    /// <summary>Why the files are not what is in force; null when they are.</summary>
    public string? Refusal => refusal;

    public void Use(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        // Asked for each connection: those that are open keep what they were given.
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = inForce.Chain }),
    });

    /// <summary>Puts it in force, or keeps the one before and remembers why.</summary>
    public void Take(Parsed<ServedCertificate> renewed)
    {
        if (renewed.TryGet(out var better, out var error)) inForce = better;
        refusal = error;
    }

    public string Name => "certificate";

    public HealthState Check()
    {
        var (until, left) = (ServedCertificate.Date(inForce.EndsAt), inForce.EndsAt - clock.GetUtcNow());
        if (left <= TimeSpan.Zero) return HealthState.Failed($"The certificate expired on {until}, and browsers refuse this server. {refusal ?? "Renew it"}.");
        if (refusal is { } why) return HealthState.Impaired($"The changed certificate is refused, the one before stays in force until {until}: {why}.");
        return left < EndsSoon
            ? HealthState.Impaired($"The certificate ends on {until}, in {Durations.InWords(left)}. Renew it; the new file is noticed by itself.")
            : HealthState.Well;
    }
}
