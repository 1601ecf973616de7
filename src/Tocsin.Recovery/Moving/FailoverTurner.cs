using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Deciding;

namespace Tocsin.Recovery.Moving;

/// <summary>Looks at one failover and writes what is decided.</summary>
internal sealed class FailoverTurner(IStore store, SceneReader scenes, FailoverWriter writer)
{
    /// <returns>True when something was written.</returns>
    public async Task<bool> TurnAsync(FailoverModel failover, Lease lease, CancellationToken cancellation)
    {
        var seen = await store.ReadAsync(async tx => await scenes.ReadAsync(tx, failover), cancellation);
        if (!FailoverWriter.IsNews(seen, FailoverMachine.Decide(seen.Inputs))) return false;
        return await store.WriteAsync(async tx =>
        {
            // Anew inside the unit: a hold or another move may have come between.
            var scene = await scenes.ReadAsync(tx, failover);
            var decision = FailoverMachine.Decide(scene.Inputs);
            if (!FailoverWriter.IsNews(scene, decision)) return false;
            await writer.WriteAsync(tx, failover, scene, decision);
            return true;
        }, lease, cancellation);
    }
}
