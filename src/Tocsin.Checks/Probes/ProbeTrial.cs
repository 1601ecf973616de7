using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>What one probe found, of an address that nobody watches yet.</summary>
/// <param name="Text">Such as "answered 200"; no secret, no query string.</param>
public sealed record TrialResult(Outcome Outcome, string Text, TimeSpan Took);

/// <summary>Makes one probe of an address before it becomes a check. Writes nothing.</summary>
public sealed class ProbeTrial
{
    private static readonly CheckKey Trial = new("trial");
    private readonly IProber prober;

    internal ProbeTrial(IProber prober) => this.prober = prober;

    /// <param name="address">As in the file: <c>https://…</c>, <c>tcp://host:port</c> or <c>tls://host:port</c>.</param>
    /// <returns>Within the time-out of a check; bad when the text is no such address.</returns>
    public async Task<Parsed<TrialResult>> RunAsync(string address, CancellationToken cancellation)
    {
        if (!CheckReader.Parse(address).TryGet(out var check, out var error)) return Parsed<TrialResult>.Bad(error);
        var result = await prober.RunAsync(new ProbeRequest(check with { Key = Trial, Service = new ServiceKey(Trial.Value), Name = Trial.Value }), cancellation);
        return new TrialResult(result.Outcome, result.Text, result.Duration);
    }
}
