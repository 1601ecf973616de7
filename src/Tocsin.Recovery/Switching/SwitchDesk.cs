using System.Collections.Concurrent;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Switching;

/// <summary>A switch as it has to stand.</summary>
/// <param name="Move">Number of the move that led traffic there; the switch obeys no older one.</param>
internal sealed record SwitchOrder(FailoverModel Failover, TrafficSide Active, long Move);

/// <summary>All switches of the program: opens, turns and closes them, and proves moves. Thread-safe.</summary>
internal sealed class SwitchDesk(IRunner runner, MoveProof proof, TimeProvider clock) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<FailoverKey, TrafficSwitch> switches = [];
    private readonly ConcurrentDictionary<FailoverKey, string> troubles = new();
    private readonly ConcurrentDictionary<(FailoverKey, long Move), Parsed<string>?> proofs = new();

    /// <summary>Makes the switches stand as ordered; others are closed.</summary>
    public void Obey(IReadOnlyCollection<SwitchOrder> orders)
    {
        lock (gate)
        {
            foreach (var gone in switches.Keys.Except(orders.Select(order => order.Failover.Key)).ToList()) Close(gone);
            foreach (var order in orders) Obey(order);
        }
    }

    private void Obey(SwitchOrder order)
    {
        var (key, model) = (order.Failover.Key, SwitchModel.Of(order.Failover));
        if (switches.TryGetValue(key, out var known) && known.Model != model) Close(key);
        if (!switches.TryGetValue(key, out var standing)) switches[key] = standing = new TrafficSwitch(model, clock);
        standing.Turn(order.Active, order.Move);
        if (standing.IsListening) return;
        if (!standing.Listen().TryGet(out _, out var trouble))
        {
            troubles[key] = trouble;
            return;
        }
        troubles.TryRemove(key, out _);
        runner.Run($"switch {key}", standing.RunAsync);
    }

    private void Close(FailoverKey key)
    {
        if (switches.Remove(key, out var closing)) closing.Dispose();
        troubles.TryRemove(key, out _);
    }

    /// <returns>Why the switch does not listen; null when it does.</returns>
    public string? TroubleOf(FailoverKey key) => troubles.TryGetValue(key, out var trouble) ? trouble : Find(key) is null ? "it was not opened yet" : null;

    public SwitchCounts? CountsOf(FailoverKey key) => Find(key)?.Counts;

    /// <summary>Asks whether a move is proved; the first call starts the proof, and so does the next one after a proof that failed.</summary>
    /// <param name="check">Of the side that has the traffic; tells how to ask it.</param>
    /// <param name="wake">Set when there is an answer.</param>
    /// <returns>What answered, or why nothing did; null while it is being tried.</returns>
    public Parsed<string>? ProofOf(SwitchOrder order, CheckModel? check, Signal wake)
    {
        var at = (order.Failover.Key, order.Move);
        if (proofs.TryGetValue(at, out var known))
        {
            if (known is not null) proofs.TryRemove(at, out _);
            return known;
        }
        if (Find(order.Failover.Key) is not { } standing || !proofs.TryAdd(at, null)) return null;
        runner.Run($"proof of {order.Failover.Key}", async cancellation =>
        {
            try { proofs[at] = await proof.RunAsync(standing, order.Active, check, cancellation); }
            finally
            {
                // Whatever ended it: the next call tries again.
                if (proofs.TryGetValue(at, out var answer) && answer is null) proofs.TryRemove(at, out _);
                wake.Set();
            }
        });
        return null;
    }

    private TrafficSwitch? Find(FailoverKey key)
    {
        lock (gate) return switches.GetValueOrDefault(key);
    }

    public void Dispose()
    {
        lock (gate) foreach (var key in switches.Keys.ToList()) Close(key);
    }
}
