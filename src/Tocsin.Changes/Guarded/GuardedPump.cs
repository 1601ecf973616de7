using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>Carries guarded changes from step to step. What a crash interrupts, the next process does again from the step that is kept.</summary>
/// <remarks>Nothing slow happens here: files, programs and hosts are asked by the runner, and what came of it is input of a later step.</remarks>
internal sealed class GuardedPump(
    IStore store, ChangeEffects effects, TargetTender tender, IWatchedChecks checks, IRevisions revisions, IRunner runner, GuardedInbox inbox, TimeProvider clock) : IPump
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250), Calm = TimeSpan.FromSeconds(1);

    private readonly long origin = clock.GetTimestamp();
    private readonly RevertTimers timers = new();
    /// <summary>Changes for which something is being done outside now: one thing at a time.</summary>
    private readonly HashSet<ChangeId> underWay = [];
    private readonly Dictionary<ChangeId, (ChangePhase Phase, WatchRun Run)> watches = [];

    public string Scope => "targets";
    public Signal Signal => inbox.Signal;

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var at = clock.GetElapsedTime(origin);
        var targets = revisions.Current.Get<TargetsModel>();
        await TakeAsync(targets, lease, at, now, cancellation);
        var (open, states) = await ReadAsync(targets, cancellation);
        var hasMoved = false;
        foreach (var change in open) hasMoved |= await AdvanceAsync(change, targets.Targets.GetValueOrDefault(change.Target), lease, at, now, cancellation);
        tender.Forget(targets.Order);
        foreach (var key in targets.Order)
        {
            var busy = open.FirstOrDefault(change => change.Target == key);
            if (busy is null or { Phase: ChangePhase.Observing or ChangePhase.Proving }) tender.Look(targets.Targets[key], at);
            if (busy is null && states.TryGetValue(key, out var state)) await tender.ProveAsync(targets.Targets[key], state, lease, at, now, cancellation);
        }
        return hasMoved || !inbox.IsEmpty ? Next.More : targets.Order.Count + open.Count == 0 ? Next.OnSignal : Next.Idle(now + (open.Count > 0 ? Busy : Calm));
    }

    private Task<(IReadOnlyList<GuardedChange> Open, Dictionary<TargetKey, TargetState> States)> ReadAsync(TargetsModel targets, CancellationToken cancellation) =>
        store.ReadAsync(async tx =>
        {
            var states = new Dictionary<TargetKey, TargetState>();
            foreach (var key in targets.Order)
            {
                if (await VersionStore.StateAsync(tx, key) is { } state) states[key] = state;
            }
            return (await GuardedStore.AllOpenAsync(tx), states);
        }, cancellation);

    private async Task TakeAsync(TargetsModel targets, Lease lease, TimeSpan at, DateTimeOffset now, CancellationToken cancellation)
    {
        while (inbox.TryPeek(out var result))
        {
            switch (result)
            {
                case GuardedResult.Done done:
                    await MoveAsync(done.Change, FollowedUp(done, targets, now), lease, at, now, cancellation);
                    underWay.Remove(done.Change.Id);
                    break;
                case GuardedResult.Looked looked when targets.Targets.TryGetValue(looked.Target, out var target):
                    var open = await store.ReadAsync(async tx => await GuardedStore.OpenAsync(tx, looked.Target), cancellation);
                    if (await tender.TakeAsync(looked, target, open, lease, now, cancellation)) await MoveAsync(open!, new ChangeEvent.Overtaken(), lease, at, now, cancellation);
                    break;
            }
            inbox.Drop();
        }
    }

    /// <summary>The running side works with the old content again: from now on the same checks prove it, within a time of its own.</summary>
    private ChangeEvent FollowedUp(GuardedResult.Done done, TargetsModel targets, DateTimeOffset now) =>
        done is { Change.Phase: ChangePhase.PutBack, Happened: ChangeEvent.Answered { Fault: null } } && targets.Targets.TryGetValue(done.Change.Target, out var target)
            ? ArmOf(target, done.Change.WellBefore, now) : done.Happened;

    private ChangeEvent.Arm ArmOf(TargetModel target, IReadOnlyList<CheckKey> wellBefore, DateTimeOffset now)
    {
        var length = WatchTimer.Length(target, WatchTimer.LongestInterval(target.Watch, checks));
        return new ChangeEvent.Arm(now + length, length, wellBefore);
    }

    /// <returns>Whether it made a step.</returns>
    private async Task<bool> AdvanceAsync(GuardedChange change, TargetModel? target, Lease lease, TimeSpan at, DateTimeOffset now, CancellationToken cancellation)
    {
        if (target is null) return !underWay.Contains(change.Id) && await MoveAsync(change, new ChangeEvent.Gone(), lease, at, now, cancellation);
        var (verdict, text) = Watch(change, target, at);
        if (timers.IsOver(change, at, now)) return await MoveAsync(change, new ChangeEvent.TimerEnded(text), lease, at, now, cancellation);
        if (ChangeEffects.Has(change.Phase))
        {
            Start(change, target);
            return false;
        }
        ChangeEvent? happened = change.Phase switch
        {
            ChangePhase.Planned => new ChangeEvent.Approve(),
            ChangePhase.Approved => ArmOf(target, [.. target.Watch.Checks.Where(check => checks.Look(check) is { IsWell: true })], now),
            ChangePhase.Applied => new ChangeEvent.WatchBegan(),
            ChangePhase.Observing or ChangePhase.Proving when verdict != WatchVerdict.NotYet => new ChangeEvent.Watched(verdict, text),
            _ => null,
        };
        return happened is not null && await MoveAsync(change, happened, lease, at, now, cancellation);
    }

    private (WatchVerdict Verdict, string Text) Watch(GuardedChange change, TargetModel target, TimeSpan at)
    {
        if (change.Phase is not (ChangePhase.Observing or ChangePhase.Proving)) return (WatchVerdict.NotYet, $"it was still {change.Phase.InWords}");
        var isBack = change.Phase == ChangePhase.Proving;
        if (isBack && change.WellBefore.Count == 0) return (WatchVerdict.Well, "none of its checks was up before, so there is nothing to prove");
        if (!watches.TryGetValue(change.Id, out var watch) || watch.Phase != change.Phase)
        {
            // Taken back, a check may fail until the old content works again: it has to come up, and staying down is no news.
            watch = (change.Phase, isBack ? new WatchRun(target.Watch with { Checks = change.WellBefore }, [], at)
                // A content that was proved healthy once is the safer place to rest: that nobody can tell does not take it back.
                : new WatchRun(target.Watch, change.WellBefore, at, isUnknownWorse: !change.IsRollBack));
            watches[change.Id] = watch;
        }
        return watch.Run.Look(checks, at);
    }

    private async Task<bool> MoveAsync(GuardedChange change, ChangeEvent happened, Lease lease, TimeSpan at, DateTimeOffset now, CancellationToken cancellation)
    {
        var window = watches.TryGetValue(change.Id, out var watch) ? watch.Run.WellFor(at) : TimeSpan.Zero;
        var by = happened is ChangeEvent.Approve or ChangeEvent.Judged ? change.By : Actor.Tocsin;
        var step = await store.WriteAsync<ChangeStep?>(async tx => await GuardedStore.FindAsync(tx, change.Id) is { } current && current.Step == change.Step
            ? await ChangeWriter.StepAsync(tx, current, happened, by, window, now) : null, lease, cancellation);
        if (step is not { IsIgnored: false, Next: var next }) return false;
        tender.Touch(change.Target);
        if (happened is ChangeEvent.Arm) timers.Start(next, at);
        if (!next.Phase.IsFinal) return true;
        timers.Forget(next.Id);
        watches.Remove(next.Id);
        return true;
    }

    private void Start(GuardedChange change, TargetModel target)
    {
        if (!underWay.Add(change.Id)) return;
        runner.Run($"{change.Id} {change.Phase}", async stopping => inbox.Post(new GuardedResult.Done(change, await effects.RunAsync(change, target, stopping))));
    }
}
