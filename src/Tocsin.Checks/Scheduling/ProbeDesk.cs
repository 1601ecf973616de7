using System.Net;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

internal enum DueKind { Regular, Retry, Reprobe, Silence, Quiet }

/// <summary>An appointment on the wheel.</summary>
/// <param name="Number">Regular: the cadence. Reprobe, Silence: the probe. Quiet: the count of changes. Retry: unused.</param>
/// <param name="Since">Silence: when the probe was started, monotonic.</param>
internal readonly record struct Due(DueKind Kind, Watched Check, long Number, TimeSpan Since = default);

/// <summary>Starts probes and keeps their appointments. Belongs to the pump.</summary>
internal sealed class ProbeDesk(IProber prober, IRunner runner, CheckInbox inbox, TimeProvider clock)
{
    /// <summary>How soon a probe that found no room asks again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly TimingWheel<Due> wheel = new();
    private readonly ProbeGate gate = new();
    private readonly LagHistogram lag = new();
    private readonly List<(long DueMs, Due Item)> fired = [];

    public long Started { get; private set; }
    /// <summary>Probes that waited for room.</summary>
    public long Lengthened { get; private set; }
    public int UnderWay => gate.UnderWay;
    public long LagMs => lag.PercentileMs(0.99);

    /// <summary>When the wheel wants to be turned next, monotonic; null when it is empty.</summary>
    public TimeSpan? NextAt => wheel.NextMs() is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    public void Plan(TimeSpan at, Due due) => wheel.Add((long)Math.Ceiling(at.TotalMilliseconds), due);

    /// <returns>What is due now, in order; valid until the next call.</returns>
    public IReadOnlyList<(long DueMs, Due Item)> Turn(TimeSpan now)
    {
        fired.Clear();
        wheel.Advance((long)now.TotalMilliseconds, fired);
        return fired;
    }

    /// <summary>Plans the regular probe after the one due at <paramref name="dueMs"/>; intervals slept through are skipped.</summary>
    public void PlanNext(Watched check, long dueMs, TimeSpan now)
    {
        var interval = (long)check.Model.Interval.TotalMilliseconds;
        var late = (long)now.TotalMilliseconds - dueMs;
        var next = dueMs + interval * Math.Max(1, late / interval + 1);
        wheel.Add(next, new Due(DueKind.Regular, check, check.Cadence));
        lag.Record(late);
    }

    /// <summary>Starts a regular probe, or a little later when there is no room; none when one is under way.</summary>
    public void StartRegular(Watched check, TimeSpan now)
    {
        if (check.IsRemoved || check.State.IsBusy || check.IsWaiting) return;
        if (!gate.TryEnter(check.Host, check.WasSilent))
        {
            Lengthened++;
            check.IsWaiting = true;
            Plan(now + RetryAfter, new Due(DueKind.Retry, check, 0));
            return;
        }
        check.State = Confirmation.Begin(check.State, clock.GetUtcNow())!;
        Launch(check, check.State.Running!.Number, isReprobe: false, avoid: null, now);
    }

    public void StartReprobe(Watched check, long number, TimeSpan now)
    {
        if (check.IsRemoved || Confirmation.BeginReprobe(check.State, number, clock.GetUtcNow()) is not { } begun) return;
        if (!gate.TryEnter(check.Host, check.WasSilent))
        {
            Lengthened++;
            Plan(now + RetryAfter, new Due(DueKind.Reprobe, check, number));
            return;
        }
        check.State = begun;
        Launch(check, number, isReprobe: true, check.Avoid, now);
    }

    public void Land(Flight flight) => gate.Leave(flight.Host, flight.IsSilentLane);

    private void Launch(Watched check, long number, bool isReprobe, IPAddress? avoid, TimeSpan now)
    {
        Started++;
        var flight = new Flight(check, number, now, check.Host, check.WasSilent, isReprobe);
        var request = new ProbeRequest(check.Model, avoid, WantsTranscript: check.WasBad || check.State.Verdict is not Outcome.Up);
        Plan(now + Confirmation.SilenceMin, new Due(DueKind.Silence, check, number, now));
        runner.Run(check.Series, stopping => FlyAsync(flight, request, stopping));
    }

    private async Task FlyAsync(Flight flight, ProbeRequest request, CancellationToken stopping)
    {
        var startedAt = clock.GetUtcNow();
        try
        {
            inbox.Post(new CheckEvent.ProbeEnded(flight, await prober.RunAsync(request, stopping)));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A bug of ours, which the runner logs. The check must go on, and its target is not to blame.
            inbox.Post(new CheckEvent.ProbeEnded(flight, new ProbeResult
            {
                Finding = Finding.CannotTell(ProbeReason.Internal, "the probe failed inside Tocsin; the log has more"),
                StartedAt = startedAt,
                Duration = clock.GetUtcNow() - startedAt,
                Transcript = $"! {error.GetType().Name}\n",
            }));
            throw;
        }
    }
}
