using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Switching;

namespace Tocsin.Recovery.Moving;

/// <summary>Brings a move that was written to its end: proved by a connection through the switch, or said aloud to be not.</summary>
internal sealed class MoveSettler(IStore store, SwitchDesk desk, IRevisions revisions, SteadyTime steady, TimeProvider clock)
{
    /// <summary>A move that is not proved by then is said aloud; it goes on being tried.</summary>
    private static readonly TimeSpan ProofLimit = TimeSpan.FromSeconds(10);

    /// <returns>True when something was written.</returns>
    public async Task<bool> SettleAsync(FailoverModel failover, Standing standing, Signal wake, Lease lease, CancellationToken cancellation)
    {
        if (standing.IsSettled) return false;
        var check = revisions.Current.Get<ChecksModel>().Checks.GetValueOrDefault(failover.Of(standing.Active).Check);
        if (desk.ProofOf(new SwitchOrder(failover, standing.Active, standing.Move), check, wake) is not { } proof) return false;
        return await store.WriteAsync(async tx =>
        {
            if (await MoveStore.LastAsync(tx, failover.Key) is not { } move || move.Move != standing.Move) return false;
            if (proof.TryGet(out var answered, out var why)) return await ProveAsync(tx, move, answered);
            if (move.IsSaidUnproved || steady.Since(move.DecidedAt) < ProofLimit) return false;
            if (!await MoveStore.SayUnprovedAsync(tx, failover.Key, move.Move, steady.Now)) return false;
            tx.Append(new FailoverUnproved(failover.Key, move.Service, move.Move, move.To, why), clock.GetUtcNow(), Actor.Tocsin);
            return true;
        }, lease, cancellation);
    }

    private async Task<bool> ProveAsync(ITx tx, MoveRecord move, string answered)
    {
        if (!await MoveStore.SettleAsync(tx, move.Failover, move.Move, steady.Now)) return false;
        tx.Append(new FailoverMoved(move.Failover, move.Service, move.Move, move.From, move.To, move.IsAutomatic, move.Why,
            (long)steady.Since(move.DecidedAt).TotalMilliseconds, answered), clock.GetUtcNow(), Actor.Tocsin);
        return true;
    }
}
