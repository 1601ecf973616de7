using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Confirming;

/// <summary>Decides what probes say about a check. Pure: no clock, no I/O, total over states and inputs.</summary>
/// <remarks>
/// Worse: a first probe and both its re-probes (+1 s, +3 s) must be worse than the verdict. A probe that has been silent for
/// <see cref="SilenceMin"/>, and for four times the slowest recent answer, counts as failed without waiting for its time-out;
/// a silent first probe is joined at once by its re-probes. Better: two in a row (+1 s). Three of the last twenty first probes
/// failed without a confirmed outage: degraded, intermittent, until at most one of twenty has.
/// "Cannot tell" never ends a confirmed outage. A probe that is not waited for never changes anything.
/// </remarks>
internal static class Confirmation
{
    public static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SecondReprobe = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstReprobe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JoinedSecond = TimeSpan.FromMilliseconds(500);
    private const int SilenceFactor = 4;

    /// <returns>The state with a regular probe under way; null when one is, or when a doubt is being confirmed.</returns>
    public static CheckState? Begin(CheckState state, DateTimeOffset at)
    {
        if (state.IsBusy) return null;
        var number = state.LastNumber + 1;
        return state with { LastNumber = number, Running = new Attempt(number, at, AttemptProgress.Running) };
    }

    /// <returns>The state with that re-probe under way; null when it is no longer needed.</returns>
    public static CheckState? BeginReprobe(CheckState state, long number, DateTimeOffset at) =>
        state.Doubt?.Find(number) is { Progress: AttemptProgress.Planned } planned
            ? state with { Doubt = state.Doubt.With(planned with { Progress = AttemptProgress.Running, StartedAt = at }) }
            : null;

    /// <summary>How long a probe must be silent to count as failed; the time-out itself when the target is known to be slow.</summary>
    public static TimeSpan SilenceLimit(CheckState state, TimeSpan timeout)
    {
        var usual = state.SlowestAnswer * SilenceFactor;
        var limit = usual > SilenceMin ? usual : SilenceMin;
        return limit < timeout ? limit : timeout;
    }

    /// <summary>A probe has ended.</summary>
    public static ConfirmationStep Finished(CheckState state, long number, ProbeResult result, Sight sight, DateTimeOffset now)
    {
        if (state.Running?.Number == number)
        {
            var first = Ended(state.Running, result);
            var next = Remember(state with { Running = null }, result) is var counted
                ? counted with { Recent = Counted(counted, result) } : state;
            return Judge(next, first, now);
        }
        if (state.Doubt?.Find(number) is not { } attempt) return ConfirmationStep.Keep(state, ConfirmReason.Late);
        var remembered = Remember(state, result);
        if (number == state.Doubt.First.Number) remembered = remembered with { Recent = Counted(remembered, result) };
        return Weigh(remembered with { Doubt = state.Doubt.With(Ended(attempt, result)) }, sight, now);
    }

    /// <summary>A probe has been under way for some time without a word.</summary>
    public static ConfirmationStep Silent(
        CheckState state, long number, TimeSpan silentFor, TimeSpan timeout, Sight sight, DateTimeOffset now)
    {
        var limit = SilenceLimit(state, timeout);
        var attempt = state.Running?.Number == number ? state.Running : state.Doubt?.Find(number);
        if (attempt is not { Progress: AttemptProgress.Running }) return ConfirmationStep.Keep(state, ConfirmReason.Late);
        if (limit >= timeout || state.Verdict == Outcome.Down || state.Doubt is { IsWorsening: false })
        {
            return ConfirmationStep.Keep(state, ConfirmReason.Unchanged); // its end is near, or says nothing new
        }
        if (silentFor < limit) return new(state, ConfirmReason.Unchanged, [], AskAgainAfter: limit - silentFor);
        var silent = attempt with { Progress = AttemptProgress.Silent };
        return state.Doubt is null
            ? BeginDoubt(state with { Running = null }, silent, isWorsening: true, TimeSpan.Zero, JoinedSecond)
            : Weigh(state with { Doubt = state.Doubt.With(silent) }, sight, now);
    }

    /// <summary>What is known about our own sight has changed: a held decision may be due.</summary>
    public static ConfirmationStep Reconsider(CheckState state, Sight sight, DateTimeOffset now) =>
        state.Doubt is null ? ConfirmationStep.Keep(state, ConfirmReason.Unchanged) : Weigh(state, sight, now);

    /// <summary>What was begun while we could not see says nothing, however it ends.</summary>
    public static CheckState Forget(CheckState state) => state with { Doubt = null, Running = null };

    private static Attempt Ended(Attempt attempt, ProbeResult result) =>
        attempt with { Progress = AttemptProgress.Ended, Finding = result.Finding, Address = result.Address };

    private static CheckState Remember(CheckState state, ProbeResult result)
    {
        if (result.Outcome is not (Outcome.Up or Outcome.Degraded)) return state;
        var faded = state.SlowestAnswer - state.SlowestAnswer / 20;
        return state with { SlowestAnswer = result.Duration > faded ? result.Duration : faded };
    }

    private static RecentProbes Counted(CheckState state, ProbeResult result) =>
        state.Verdict == Outcome.Down || result.Outcome == Outcome.Unknown
            ? state.Recent : state.Recent.Push(result.Outcome == Outcome.Down, result.StartedAt);

    /// <summary>Judges one ended probe against the verdict, when nothing is in doubt.</summary>
    private static ConfirmationStep Judge(CheckState state, Attempt first, DateTimeOffset now)
    {
        var finding = first.Finding!.Value;
        var (found, believed) = (Rank(finding.Outcome), Rank(state.Verdict ?? Outcome.Up));
        if (state.Verdict is null && finding.Outcome == Outcome.Up)
        {
            return Change(state, Outcome.Up, first.StartedAt, finding, 1, ConfirmReason.FirstVerdict, now);
        }
        if (state.Verdict == Outcome.Degraded && state.Reason == ProbeReason.Intermittent && finding.Outcome == Outcome.Up)
        {
            return state.Recent.IsHealed
                ? Change(state, Outcome.Up, first.StartedAt, finding, 1, ConfirmReason.Recovered, now)
                : ConfirmationStep.Keep(state, ConfirmReason.Unchanged);
        }
        if (found > believed) return BeginDoubt(state, first, isWorsening: true, FirstReprobe, SecondReprobe);
        var isBetter = found < believed && !(state.Verdict == Outcome.Down && finding.Outcome == Outcome.Unknown);
        if (isBetter) return BeginDoubt(state, first, isWorsening: false, FirstReprobe);
        return ConfirmationStep.Keep(state.Verdict == Outcome.Up ? state with { Text = finding.Text } : state, ConfirmReason.Unchanged);
    }

    private static ConfirmationStep BeginDoubt(CheckState state, Attempt first, bool isWorsening, params ReadOnlySpan<TimeSpan> delays)
    {
        var attempts = ImmutableArray.CreateBuilder<Attempt>(delays.Length + 1);
        var reprobes = new List<Reprobe>(delays.Length);
        attempts.Add(first);
        foreach (var delay in delays)
        {
            var number = state.LastNumber + attempts.Count;
            attempts.Add(new Attempt(number, first.StartedAt, AttemptProgress.Planned));
            reprobes.Add(new Reprobe(number, delay, isWorsening ? first.Address : null));
        }
        var next = state with { Doubt = new Doubt(isWorsening, attempts.MoveToImmutable()), LastNumber = state.LastNumber + delays.Length };
        return new(next, ConfirmReason.DoubtBegan, reprobes);
    }

    /// <summary>Decides whether the attempts made so far settle the doubt.</summary>
    private static ConfirmationStep Weigh(CheckState state, Sight sight, DateTimeOffset now)
    {
        var doubt = state.Doubt!;
        var believed = Rank(state.Verdict ?? Outcome.Up);
        var reprobed = doubt.Attempts.Where(attempt => attempt.Progress == AttemptProgress.Ended).ToList();
        if (!doubt.IsWorsening)
        {
            if (doubt.Attempts.Any(attempt => attempt.Progress != AttemptProgress.Ended)) return Going(state);
            return reprobed.All(attempt => Rank(attempt.Finding!.Value.Outcome) < believed)
                ? Improve(state, doubt, now) : ConfirmationStep.Keep(state with { Doubt = null }, ConfirmReason.Blip);
        }
        if (reprobed.Find(attempt => Rank(attempt.Finding!.Value.Outcome) <= believed) is { } good) return Dispel(state, good, now);
        return doubt.Attempts.All(attempt => attempt.Progress is AttemptProgress.Ended or AttemptProgress.Silent)
            ? Worsen(state, doubt, sight, now) : Going(state);
    }

    private static ConfirmationStep Going(CheckState state) => ConfirmationStep.Keep(state, ConfirmReason.DoubtGoesOn);

    /// <summary>A probe of the doubt was good: the verdict stands, unless this happens too often.</summary>
    private static ConfirmationStep Dispel(CheckState state, Attempt good, DateTimeOffset now)
    {
        var first = state.Doubt!.First;
        // A first probe still silent is not waited for any more: that it was silent is what counts.
        var recent = first.Progress == AttemptProgress.Silent ? state.Recent.Push(failed: true, first.StartedAt) : state.Recent;
        var calm = state with { Doubt = null, Recent = recent };
        if (calm.Verdict == Outcome.Up && recent.IsIntermittent)
        {
            var finding = Intermittent(recent, first.Finding?.Text ?? "silent");
            return Change(calm, Outcome.Degraded, recent.Failed[0].At, finding, recent.Failed.Length, ConfirmReason.Intermittent, now);
        }
        var judged = Judge(calm, good, now);
        return judged.Why == ConfirmReason.Unchanged ? judged with { Why = ConfirmReason.Blip } : judged;
    }

    private static Finding Intermittent(RecentProbes recent, string? last = null) => Finding.Degraded(ProbeReason.Intermittent,
        string.Create(CultureInfo.InvariantCulture, $"{recent.Failed.Length} of the last {RecentProbes.Window} probes failed{(last is null ? "" : $", the last: {last}")}"));

    private static ConfirmationStep Improve(CheckState state, Doubt doubt, DateTimeOffset now)
    {
        var worst = doubt.Attempts.MaxBy(attempt => Rank(attempt.Finding!.Value.Outcome))!.Finding!.Value;
        var calm = state with { Doubt = null };
        if (worst.Outcome == Outcome.Up && calm.Recent.IsIntermittent && calm.Verdict == Outcome.Degraded)
        {
            // Faster again, but still failing now and then: the verdict stays, its reason is another.
            return ConfirmationStep.Keep(calm with { Reason = ProbeReason.Intermittent }, ConfirmReason.Unchanged);
        }
        if (worst.Outcome == Outcome.Up && calm.Recent.IsIntermittent && calm.Verdict == Outcome.Down)
        {
            // It failed now and then before the failures in a row, and two good probes do not say that this is over.
            return Change(calm, Outcome.Degraded, doubt.First.StartedAt, Intermittent(calm.Recent), calm.Recent.Failed.Length, ConfirmReason.Intermittent, now);
        }
        return Change(calm, worst.Outcome, doubt.First.StartedAt, worst, doubt.Attempts.Length, ConfirmReason.Recovered, now);
    }

    private static ConfirmationStep Worsen(CheckState state, Doubt doubt, Sight sight, DateTimeOffset now)
    {
        var findings = doubt.Attempts.Select(Found).ToList();
        var to = findings.TrueForAll(finding => finding.Outcome == Outcome.Down) ? Outcome.Down
            : findings.Exists(finding => finding.Outcome == Outcome.Degraded) ? Outcome.Degraded : Outcome.Unknown;
        var shown = findings.FindLast(finding => finding.Outcome == to);
        if (to == Outcome.Down)
        {
            if (sight.IsAsking && findings.TrueForAll(finding => finding.Reason.MayBeOurNetwork))
            {
                return ConfirmationStep.Keep(state, ConfirmReason.Held);
            }
            if (findings.TrueForAll(finding => sight.Explains(finding.Reason)))
            {
                (to, shown) = (Outcome.Unknown, Finding.CannotTell(ProbeReason.Blind, sight.Evidence));
            }
        }
        var calm = state with { Doubt = null };
        // The outage explains the probe that it began with, and no failure from before: those may still be one that comes and goes.
        if (to == Outcome.Down && doubt.First.Progress == AttemptProgress.Ended) calm = calm with { Recent = calm.Recent.WithoutNewest() };
        return to == state.Verdict
            ? ConfirmationStep.Keep(calm, ConfirmReason.Unchanged)
            : Change(calm, to, doubt.First.StartedAt, shown, findings.Count, ConfirmReason.Confirmed, now);
    }

    private static Finding Found(Attempt attempt) =>
        attempt.Finding ?? Finding.Down(ProbeReason.Timeout, "does not answer: every probe is silent");

    private static ConfirmationStep Change(
        CheckState state, Outcome to, DateTimeOffset began, Finding finding, int probes, ConfirmReason why, DateTimeOffset now)
    {
        var badSince = to switch
        {
            Outcome.Up => null,
            Outcome.Unknown => state.BadSince,
            Outcome.Degraded or Outcome.Down => state.BadSince ?? began,
        };
        var change = new VerdictChange(state.Verdict, to, now, began, to == Outcome.Up ? state.BadSince : badSince, finding.Reason, finding.Text, probes);
        var next = state with
        {
            Verdict = to,
            Since = began,
            BadSince = badSince,
            FirstFailedAt = to == Outcome.Up ? null : began,
            Reason = finding.Reason,
            Text = finding.Text,
        };
        return new(next, why, [], change);
    }

    /// <summary>How bad, worst last. The order of the stored codes is another.</summary>
    internal static int Rank(Outcome outcome) => outcome switch
    {
        Outcome.Up => 0,
        Outcome.Degraded => 1,
        Outcome.Unknown => 2,
        Outcome.Down => 3,
    };
}
