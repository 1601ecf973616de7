using Microsoft.Data.Sqlite;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Simulation;

/// <summary>The embedded database without its writer thread: each unit is a commit of its own, on the caller's thread.</summary>
/// <remarks>The engine, its SQL, its savepoints and its fence are the product's. The process can end before a unit, at its end
/// before the commit, and after the commit before anybody is told; the disk can refuse a commit.</remarks>
internal sealed class InlineStore(SqliteEngine engine, SqliteConnection connection, Lease node, Fate fate, Func<bool> diskRefuses) : IStore
{
    public event Action? Committed;

    public Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        fate.Pass();
        var waiting = new WaitingUnit<T>(async tx =>
        {
            var result = await unit(tx);
            fate.Pass();
            return diskRefuses() ? throw new StoreUnavailableException("the disk is full") : result;
        }, lease ?? node);
        var changed = engine.Run([waiting]);
        waiting.Tell();
        if (waiting.Failure is null) fate.Pass();
        if (changed) Committed?.Invoke();
        return waiting.Task;
    }

    public async Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default)
    {
        fate.Pass();
        return await read(new SqliteReadTx(connection));
    }
}
