using System.Globalization;

namespace Tocsin.Checks.Probes;

/// <summary>Makes a TLS session and judges the certificate: trust, name, time left.</summary>
internal sealed class TlsProbe(Dialer dialer) : IProbe<ProbeSpec.Tls>
{
    public async ValueTask<Finding> RunAsync(ProbeSpec.Tls spec, ProbeRun run)
    {
        var socket = await dialer.ConnectAsync(spec.Host, spec.Port, run);
        await using var tls = await dialer.SecureAsync(socket, spec.ServerName, run);
        var verdict = run.Certificate!;
        var now = run.Clock.GetUtcNow();
        return verdict.ExpiresSoon(spec.ExpiresWithin, now) ?? Finding.Up(string.Create(CultureInfo.InvariantCulture,
            $"the certificate is valid for {(verdict.ExpiresAt!.Value - now).TotalDays:0} more days"));
    }
}
