using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Recording;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

/// <summary>Turns the checks: takes what came back, decides, starts what is due, hands over what is to be written.</summary>
/// <remarks>Nothing slow happens in a step: probes, looks at our own network and units run elsewhere and come back through the
/// inbox. Intervals and time-outs are monotonic; the wall clock only dates what is told.</remarks>
internal sealed class CheckPump(
    Roster roster, ProbeDesk desk, VerdictLog verdicts, ProbeKeeper keeper, SightDesk sight, CheckInbox inbox, ISampleStore samples,
    CheckBoard board, TimeProvider clock) : IPump
{
    private const int EventsPerStep = 2_000;

    /// <summary>While probes are under way the pump wants to run this often: only then can it tell when it stood still.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(250);

    private readonly long origin = clock.GetTimestamp();
    private readonly ClockWatch clockWatch = new();
    private readonly StallWatch stalls = new();
    /// <summary>Samples whose meaning hangs on whether the fault is ours.</summary>
    private readonly List<(Flight Flight, ProbeResult Result)> held = [];
    private TimeSpan? expected;

    public string Scope => "checks";
    public Signal Signal => inbox.Signal;

    private TimeSpan Monotonic => clock.GetElapsedTime(origin);

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var at = Monotonic;
        if (expected is { } wanted) stalls.Woke(wanted, at);
        else sight.LookFirst();
        if (clockWatch.Look(now, at) is { } step) verdicts.Add(new ClockStepped((long)step.TotalMilliseconds), now);
        await roster.FollowAsync(lease, at, cancellation);
        TakeEvents(at, now);
        foreach (var (dueMs, due) in desk.Turn(at)) Keep(due, dueMs, at, now);
        Decide(at, now);
        verdicts.Flush(lease, at);
        keeper.Flush(lease, at);
        board.Prober = sight.View(now, at, roster.All.Count, desk, keeper.Dropped);
        return WhenNext(at, now);
    }

    private Next WhenNext(TimeSpan at, DateTimeOffset now)
    {
        if (!inbox.IsEmpty) return Next.More;
        TimeSpan? pulse = desk.UnderWay > 0 ? at + Pulse : null;
        expected = Earliest(pulse, Earliest(Earliest(desk.NextAt, sight.NextAt), Earliest(verdicts.NextAt, keeper.NextAt)));
        return Next.Idle(expected is { } next ? now + (next > at ? next - at : TimeSpan.Zero) : null);
    }

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private void TakeEvents(TimeSpan at, DateTimeOffset now)
    {
        for (var taken = 0; taken < EventsPerStep && inbox.TryTake(out var happened); taken++)
        {
            switch (happened)
            {
                case CheckEvent.ProbeEnded ended: Take(ended.Flight, ended.Result, at, now); break;
                case CheckEvent.Looked looked: sight.Seen(looked.Report); break;
                case CheckEvent.VerdictsWritten written: verdicts.Written(written, at); break;
                case CheckEvent.ProbesWritten written: keeper.Written(written); break;
            }
        }
    }

    private void Take(Flight flight, ProbeResult result, TimeSpan at, DateTimeOffset now)
    {
        desk.Land(flight);
        var check = flight.Check;
        if (check.IsRemoved) return;
        result = Fair(flight, result, at);
        sight.Heard(check, result, flight.StartedAt);
        check.WasSilent = result.Reason == ProbeReason.Timeout;
        result = sight.Judge(check, result, flight.StartedAt);
        if (result.Outcome != Outcome.Up || check.WasBad) keeper.Log.Add(new KeptProbe(check.Model.Key, result, flight.IsReprobe));
        (check.WasBad, check.LastResult) = (result.Outcome != Outcome.Up, result);
        Apply(check, Confirmation.Finished(check.State, flight.Number, result, sight.Of(check), now), flight.StartedAt, at, now);
        if (sight.Of(check).IsAsking && result.Reason.MayBeOurNetwork) held.Add((flight, result));
        else Sample(flight, result);
    }

    private void Sample(Flight flight, ProbeResult result)
    {
        board.Probed(result.Outcome);
        samples.Append(flight.Check.Series, new Sample(result.StartedAt, result.Outcome, (byte)result.Reason, result.DurationUs, flight.IsReprobe));
    }

    /// <summary>The bars of the status page must not count our own fault as theirs.</summary>
    private void SampleHeld()
    {
        foreach (var (flight, result) in held) Sample(flight, sight.Judge(flight.Check, result, flight.StartedAt));
        held.Clear();
    }

    /// <summary>A time-out says nothing about the target when this process stood still for half of it.</summary>
    private ProbeResult Fair(Flight flight, ProbeResult result, TimeSpan at)
    {
        if (result.Reason is not (ProbeReason.Timeout or ProbeReason.Dns)) return result;
        var stalled = stalls.Within(flight.StartedAt, at);
        return stalled < flight.Check.Model.Timeout / 2 ? result : result with
        {
            Finding = Finding.CannotTell(ProbeReason.OwnLag, $"this process stood still for {Failures.Seconds(stalled)} of the probe"),
        };
    }

    /// <summary>Keeps one appointment.</summary>
    private void Keep(Due due, long dueMs, TimeSpan at, DateTimeOffset now)
    {
        var check = due.Check;
        if (check.IsRemoved) return;
        switch (due.Kind)
        {
            case DueKind.Regular when due.Number == check.Cadence:
                desk.PlanNext(check, dueMs, at);
                desk.StartRegular(check, at);
                break;
            case DueKind.Regular: break; // of an interval that was changed since
            case DueKind.Retry:
                check.IsWaiting = false;
                desk.StartRegular(check, at);
                break;
            case DueKind.Reprobe: desk.StartReprobe(check, due.Number, at); break;
            case DueKind.Silence: HearSilence(due, at, now); break;
            case DueKind.Quiet when due.Number == check.Changes: Settle(check, at, now); break;
            case DueKind.Quiet: break; // it has changed again
        }
    }

    private void HearSilence(Due due, TimeSpan at, DateTimeOffset now)
    {
        var (check, since) = (due.Check, due.Since);
        var silentFor = at - since - stalls.Within(since, at);
        var step = Confirmation.Silent(check.State, due.Number, silentFor, check.Model.Timeout, sight.Of(check), now);
        if (step.Why == ConfirmReason.Late) return;
        if (silentFor >= Confirmation.SilenceMin) sight.HeardNothing(check, since);
        if (step.AskAgainAfter is { } after) desk.Plan(at + after, due);
        Apply(check, step, since, at, now);
    }

    private void Settle(Watched check, TimeSpan at, DateTimeOffset now)
    {
        (check.Flaps, var advice) = check.Flaps.Settled(check.State.Verdict!.Value, at);
        if (advice == FlapAdvice.Withhold || check.LastChange is not { } change) return;
        verdicts.Add(check, CheckFacts.Of(check.Model, change), now);
    }

    private void Apply(Watched check, ConfirmationStep step, TimeSpan startedAt, TimeSpan at, DateTimeOffset now)
    {
        check.State = step.Next;
        foreach (var reprobe in step.Reprobes)
        {
            check.Avoid = reprobe.Avoid;
            desk.Plan(at + reprobe.After, new Due(DueKind.Reprobe, check, reprobe.Number));
        }
        if (step.Why == ConfirmReason.DoubtBegan && step.Next.Doubt is { IsWorsening: true } doubt) Suspect(check, doubt, startedAt, at);
        if (step.Change is { } change) Tell(check, change, at);
        board.Set(check.View());
    }

    private void Suspect(Watched check, Doubt doubt, TimeSpan startedAt, TimeSpan at)
    {
        if (check.IsThisMachine || doubt.First.Finding is { Reason.MayBeOurNetwork: false }) return;
        if (!sight.Suspect(check, doubt.First.Address, startedAt, at, roster.NeedsNames)) return;
        foreach (var control in roster.Controls) desk.StartRegular(control, at);
    }

    private void Tell(Watched check, VerdictChange change, TimeSpan at)
    {
        check.Changes++;
        check.LastChange = change;
        if (CheckFacts.Of(check.Model, change) is not { } fact)
        {
            check.Flaps = FlapGuard.Calm(change.To); // nothing happened, and the verdict is kept all the same
            verdicts.Add(check, null, change.At);
            return;
        }
        (check.Flaps, var advice) = check.Flaps.Changed(change.To, at);
        if (advice != FlapAdvice.Write) desk.Plan(at + FlapGuard.QuietFor, new Due(DueKind.Quiet, check, check.Changes));
        verdicts.Add(check, advice switch
        {
            FlapAdvice.Write => fact,
            FlapAdvice.WriteFlapping => new CheckFlapping(check.Model.Key, check.Model.Service, FlapGuard.FreeChanges),
            FlapAdvice.Withhold => null,
        }, change.At);
    }

    /// <summary>Weighs the evidence about our own sight; whoever waited for that is decided.</summary>
    private void Decide(TimeSpan at, DateTimeOffset now)
    {
        var before = sight.Book.Sight;
        var change = sight.Book.Decide(at);
        if (sight.LookAgain(at, roster.NeedsNames))
        {
            foreach (var control in roster.Controls) desk.StartRegular(control, at);
        }
        if (change is { } told) verdicts.Add(SightDesk.Fact(told, now, at), now);
        if (ReferenceEquals(before, sight.Book.Sight)) return;
        if (!sight.Book.Sight.IsAsking) SampleHeld();
        foreach (var check in roster.All)
        {
            if (before.Of(check.Host).IsBlind && !sight.Of(check).IsBlind) SeeAgain(check, at);
            else if (check.State.Doubt is not null) Apply(check, Confirmation.Reconsider(check.State, sight.Of(check), now), at, at, now);
        }
    }

    /// <summary>Looks at once at what could not be told, spread over a few seconds.</summary>
    private void SeeAgain(Watched check, TimeSpan at)
    {
        if (check.State.Verdict != Outcome.Unknown && !check.State.IsBusy) return;
        check.State = Confirmation.Forget(check.State);
        check.IsWaiting = true;
        desk.Plan(at + Phase.Of(check.Model.Key, SightDesk.AfterBlind), new Due(DueKind.Retry, check, 0));
    }
}
