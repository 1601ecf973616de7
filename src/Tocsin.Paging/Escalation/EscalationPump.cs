using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Escalation;

/// <summary>Runs the steps whose time has come.</summary>
internal sealed class EscalationPump(IStore store, Escalator escalator, EscalationClock steady) : IPump
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1), SetBackMin = TimeSpan.FromSeconds(2);

    private bool hasBegun;
    private TimeSpan ahead = steady.Ahead;

    public string Scope => "escalation";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!hasBegun) await store.WriteAsync(async tx => await RunStore.HoldToDelaysAsync(tx, steady.Now), lease, cancellation);
        hasBegun = true;
        await FollowClockAsync(lease, cancellation);
        var due = await store.ReadAsync(async tx => await RunStore.DueAsync(tx, steady.Now), cancellation);
        foreach (var run in due)
            await store.WriteAsync(async tx => await escalator.RunDueAsync(tx, run, default, now), lease, cancellation);
        return due.Count > 0 ? Next.More : Next.Idle(now + Poll);
    }

    /// <summary>Which pages are of a run is told by the wall clock: when that is set back, its next ones must not seem to be of an
    /// earlier run.</summary>
    private async Task FollowClockAsync(Lease lease, CancellationToken cancellation)
    {
        var nowAhead = steady.Ahead;
        if (nowAhead - ahead is var setBack && setBack > SetBackMin)
            await store.WriteAsync(async tx => await RunStore.MoveBeginningsBackAsync(tx, setBack), lease, cancellation);
        ahead = nowAhead;
    }
}
