using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Escalation;

/// <summary>Runs the steps whose time has come.</summary>
internal sealed class EscalationPump(IStore store, Escalator escalator) : IPump
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public string Scope => "escalation";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var due = await store.ReadAsync(async tx => await RunStore.DueAsync(tx, now), cancellation);
        foreach (var run in due) await store.WriteAsync(async tx => await escalator.RunDueAsync(tx, run, default, now), lease, cancellation);
        return due.Count > 0 ? Next.More : Next.Idle(now + Poll);
    }
}
