using System.Threading.Channels;

namespace Tocsin.Storage.Postgres;

/// <summary>Gives one unit its turns: it goes on only here, so that one that awaits anything but its transaction is caught.</summary>
/// <remarks>
/// Whenever the unit has come to rest, a statement of its transaction is under way, or it awaits something else. The end of a
/// statement is a turn too: between it and what the unit does next nothing can be seen.
/// </remarks>
internal sealed class UnitTurns : SynchronizationContext
{
    private readonly Channel<(SendOrPostCallback Go, object? State)> turns =
        Channel.CreateUnbounded<(SendOrPostCallback, object?)>(new UnboundedChannelOptions { SingleReader = true });

    public override void Post(SendOrPostCallback d, object? state)
    {
        // A unit that escaped goes on somewhere, so that it learns that it is over.
        if (!turns.Writer.TryWrite((d, state))) ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    /// <exception cref="InvalidOperationException">The unit awaited something else; it is over.</exception>
    public static async Task<T> RunAsync<T>(Func<PostgresTx, ValueTask<T>> unit, PostgresTx tx)
    {
        var own = new UnitTurns();
        try { return await own.TurnAsync(unit, tx).ConfigureAwait(false); }
        finally
        {
            tx.IsOver = true;
            own.turns.Writer.TryComplete();
            while (own.turns.Reader.TryRead(out var late)) ThreadPool.QueueUserWorkItem(_ => late.Go(late.State));
        }
    }

    private async Task<T> TurnAsync<T>(Func<PostgresTx, ValueTask<T>> unit, PostgresTx tx)
    {
        var running = Take(() => unit(tx).AsTask());
        while (!running.IsCompleted)
        {
            if (!tx.IsBusy) throw new InvalidOperationException("a unit awaited something other than its transaction; it may only await tx");
            var (go, state) = await turns.Reader.ReadAsync().ConfigureAwait(false);
            _ = Take(() => { go(state); return running; });
        }
        return await running.ConfigureAwait(false);
    }

    private Task<T> Take<T>(Func<Task<T>> turn)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try { return turn(); }
        finally { SetSynchronizationContext(before); }
    }
}
