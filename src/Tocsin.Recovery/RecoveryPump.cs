using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Freshness;
using Tocsin.Recovery.Moving;
using Tocsin.Recovery.Switching;

namespace Tocsin.Recovery;

/// <summary>Turns the failovers: keeps the switches, brings moves to their end, decides the next ones, ends holds.</summary>
internal sealed class RecoveryPump(
    IStore store, IRevisions revisions, SwitchKeeper switches, MoveSettler settler, FailoverTurner turner, FreshDesk fresh, Holds holds, SteadyTime steady) : IPump
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Every commit of the program wakes every pump; more often than this nobody is served sooner.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private DateTimeOffset? last;

    public string Scope => "recovery";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (last is { } before && steady.Since(before) is var since && since < Pace) return Next.Idle(now + Pace - since);
        last = steady.Now;
        await holds.ExpireAsync(lease, cancellation);
        var orders = await OrdersAsync(cancellation);
        await switches.KeepAsync(orders, lease, cancellation);
        var isChanged = false;
        foreach (var order in orders) isChanged |= await TurnAsync(order, lease, cancellation);
        return isChanged ? Next.Idle(now + Pace) : Next.Idle(now + Poll);
    }

    private async Task<bool> TurnAsync(SwitchOrder order, Lease lease, CancellationToken cancellation)
    {
        fresh.Ask(order.Failover, Signal);
        var standing = await store.ReadAsync(async tx => await MoveStore.StandingAsync(tx, order.Failover.Key), cancellation);
        return await settler.SettleAsync(order.Failover, standing, Signal, lease, cancellation)
            | await turner.TurnAsync(order.Failover, lease, cancellation);
    }

    private async Task<IReadOnlyList<SwitchOrder>> OrdersAsync(CancellationToken cancellation)
    {
        var model = revisions.Current.Get<RecoveryModel>();
        if (model.Order.Count == 0) return [];
        return await store.ReadAsync<IReadOnlyList<SwitchOrder>>(async tx =>
        {
            var orders = new List<SwitchOrder>(model.Order.Count);
            foreach (var failover in model.InOrder)
            {
                var standing = await MoveStore.StandingAsync(tx, failover.Key);
                orders.Add(new SwitchOrder(failover, standing.Active, standing.Move));
            }
            return orders;
        }, cancellation);
    }
}
