using Tocsin.Catalog;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Probes;

/// <summary>Makes one probe of any kind: sets its time-out, reads what went wrong, keeps the transcript where it is wanted.</summary>
internal sealed class Prober(IRevisions revisions, Dialer dialer, TimeProvider clock) : IProber
{
    private readonly HttpProbe http = new(dialer);
    private readonly TcpProbe tcp = new(dialer);
    private readonly TlsProbe tls = new(dialer);

    public async Task<ProbeResult> RunAsync(ProbeRequest request, CancellationToken stopping)
    {
        var startedAt = clock.GetUtcNow();
        using var timer = new CancellationTokenSource(request.Check.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        var run = new ProbeRun(request, revisions.Current.Get<ServerModel>().AllowLinkLocal, clock, either.Token);
        var finding = await FindAsync(run, stopping);
        return new ProbeResult
        {
            Finding = finding with { Text = Cut(run.Transcript.Hidden(finding.Text)) },
            StartedAt = startedAt,
            Duration = run.Elapsed,
            Phases = run.Phases,
            Address = run.Address,
            Transcript = request.WantsTranscript || finding.Outcome != Outcome.Up ? run.Transcript.Render() : null,
        };
    }

    private async Task<Finding> FindAsync(ProbeRun run, CancellationToken stopping)
    {
        try
        {
            return run.Request.Check.Probe switch
            {
                ProbeSpec.Http spec => await http.RunAsync(spec, run),
                ProbeSpec.Tcp spec => await tcp.RunAsync(spec, run),
                ProbeSpec.Tls spec => await tls.RunAsync(spec, run),
                var other => throw new System.Diagnostics.UnreachableException(other.Word),
            };
        }
        // When the program stops, the exception goes on: a shutdown is no outage. A bug of ours goes on too.
        catch (Exception error) when (!stopping.IsCancellationRequested && Failures.Read(error, run) is not null)
        {
            run.EndPhase();
            var finding = Failures.Read(error, run)!.Value;
            run.Transcript.Add(() => $"! {finding.Text}");
            return finding;
        }
    }

    private static string Cut(string text) => text.Length <= 300 ? text : string.Concat(text.AsSpan(0, 299), "…");
}
