using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Switching;

/// <summary>Keeps the switches as the configuration and the database want them, and says in the journal when one cannot listen.</summary>
internal sealed class SwitchKeeper(IStore store, SwitchDesk desk, TimeProvider clock)
{
    /// <summary>What was said last in this run; nothing yet of a switch that is not in it.</summary>
    private readonly Dictionary<FailoverKey, string?> said = [];

    public async Task KeepAsync(IReadOnlyCollection<SwitchOrder> orders, Lease lease, CancellationToken cancellation)
    {
        desk.Obey(orders);
        foreach (var failover in orders.Select(order => order.Failover))
        {
            var trouble = desk.TroubleOf(failover.Key);
            if (said.TryGetValue(failover.Key, out var before) && before == trouble) continue;
            Fact fact = trouble is null
                ? new SwitchListening(failover.Key, failover.Service, $"{failover.Listen}")
                : new SwitchFailed(failover.Key, failover.Service, $"{failover.Listen}", trouble);
            await store.WriteAsync(tx =>
            {
                tx.Append(fact, clock.GetUtcNow(), Actor.Tocsin);
                return ValueTask.CompletedTask;
            }, lease, cancellation);
            said[failover.Key] = trouble;
        }
        foreach (var gone in said.Keys.Except(orders.Select(order => order.Failover.Key)).ToList()) said.Remove(gone);
    }
}
