using System.Data;
using Dapper;
using Npgsql;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Postgres;

/// <summary>A PostgreSQL database: a serializable transaction per unit, run again when it met another one.</summary>
/// <remarks>Units read, decide and write. Serializable makes them as if one ran after the other, which on SQLite they do.</remarks>
internal sealed class PostgresStore(NpgsqlDataSource source, StoreHealth health, TimeProvider clock, Lease nodeLease)
    : IStore, IAsyncDisposable
{
    private const int AttemptsMax = 8;

    /// <summary>A unit that takes longer is given up: the server hangs, and on-call is to hear of it within 15 s.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(6);

    private readonly LostCommits lost = new(source, health, clock);

    /// <summary>Units that are run again take turns, so that those who met once do not meet again.</summary>
    private readonly SemaphoreSlim again = new(1);

    public event Action? Committed;

    /// <summary>Opens a pool with the time limit of a unit: 5 s for a statement, and for standing idle inside a transaction.</summary>
    public static NpgsqlDataSource Connect(string connectionString)
    {
        Rows.Register();
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000 -c timezone=UTC",
            ApplicationName = "tocsin",
            Timeout = 5,
            CommandTimeout = 6,
            CancellationTimeout = -1, // the server ends its statements by itself
        };
        return NpgsqlDataSource.Create(settings);
    }

    public async Task<T> WriteAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        var (ended, value) = await TryAsync(unit, lease, isLast: false, cancellation);
        if (ended) return value;
        await again.WaitAsync(cancellation);
        try
        {
            for (var attempt = 2; ; attempt++)
            {
                (ended, value) = await TryAsync(unit, lease, isLast: attempt >= AttemptsMax, cancellation);
                if (ended) return value;
                await Task.Delay(TimeSpan.FromMilliseconds(5 << attempt), clock, cancellation);
            }
        }
        finally { again.Release(); }
    }

    /// <returns>Whether the unit is committed, and its answer; false when it is to be run again.</returns>
    private async Task<(bool HasEnded, T Value)> TryAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease? lease, bool isLast, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        try
        {
            var (hasEnded, result, changed) = await RunAsync(unit, lease ?? nodeLease, cancellation);
            health.Succeeded();
            if (hasEnded && changed) Committed?.Invoke();
            return (hasEnded, result);
        }
        catch (PostgresException error) when (PostgresFailure.IsToBeRunAgain(error) && !isLast)
        {
            return (false, default!);
        }
        catch (NpgsqlException error) when (PostgresFailure.IsOfTheDatabase(error))
        {
            var reason = PostgresFailure.InWords(error);
            health.Failed(reason, clock.GetElapsedTime(began));
            throw new StoreUnavailableException(reason, error);
        }
    }

    private async Task<(bool HasEnded, T Result, bool Changed)> RunAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease lease, CancellationToken cancellation)
    {
        var gate = new CommitGate();
        var running = RunAsync(unit, lease, gate, cancellation);
        try { return await running.WaitAsync(AnswerMax, clock, CancellationToken.None); }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            if (gate.TryShut()) throw new NpgsqlException("it does not answer");
            // Its commit is under way, and giving up would leave the caller without knowing.
            health.Failed("the database does not answer", AnswerMax);
            return await running;
        }
    }

    private async Task<(bool HasEnded, T Result, bool Changed)> RunAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease lease, CommitGate gate, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        var tx = new PostgresTx(connection, transaction);
        var xid = await CheckFenceAsync(tx, lease);
        var result = await UnitTurns.RunAsync<T>(unit, tx);
        await tx.WriteEntriesAsync();
        var isCommitted = true;
        if (!gate.TryPass()) throw new OperationCanceledException("nobody waits for this unit any more");
        try { await transaction.CommitAsync(CancellationToken.None); }
        catch (NpgsqlException error) when (PostgresFailure.LeavesInDoubt(error))
        {
            isCommitted = await lost.IsCommittedAsync(xid, error, cancellation);
        }
        return (isCommitted, result, tx.Entries.Count > 0 || tx.HasIntents);
    }

    /// <summary>Either the unit goes to its commit or its caller gives it up, never both.</summary>
    private sealed class CommitGate
    {
        private int state;
        public bool TryPass() => Interlocked.CompareExchange(ref state, 1, 0) == 0;
        public bool TryShut() => Interlocked.CompareExchange(ref state, 2, 0) == 0;
    }

    /// <returns>The transaction's own number, by which its end can be asked for.</returns>
    private static async Task<string> CheckFenceAsync(PostgresTx tx, Lease lease)
    {
        // The share lock holds a new owner back until this unit is over: no unit of the old epoch commits after the takeover.
        var fence = await tx.FirstAsync<Fence>(
            "select epoch, pg_current_xact_id()::text as xid from storage_lease where scope = @Scope for share", new { lease.Scope });
        return fence?.Epoch == lease.Epoch ? fence.Xid : throw new FencedException(lease.Scope, lease.Epoch, fence?.Epoch ?? -1);
    }

    private sealed class Fence
    {
        public long Epoch { get; init; }
        public string Xid { get; init; } = "";
    }

    public async Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default)
    {
        try
        {
            return await InOneSnapshotAsync(read, cancellation).WaitAsync(AnswerMax, clock, CancellationToken.None);
        }
        catch (TimeoutException error)
        {
            throw new StoreUnavailableException("the database does not answer", error);
        }
        catch (NpgsqlException error) when (PostgresFailure.IsOfTheDatabase(error))
        {
            throw new StoreUnavailableException(PostgresFailure.InWords(error), error);
        }
    }

    private async Task<T> InOneSnapshotAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        return await read(new PostgresReadTx(connection, transaction));
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        again.Dispose();
    }
}

/// <summary>Tells failures of the server from mistakes in a statement (SQLSTATE classes, PostgreSQL 15 appendix A).</summary>
internal static class PostgresFailure
{
    public static bool IsToBeRunAgain(PostgresException error) => error.SqlState is "40001" or "40P01";

    /// <summary>Whether a commit that failed this way may have happened all the same: any failure but the server's plain refusal.</summary>
    public static bool LeavesInDoubt(NpgsqlException error) => error is not PostgresException answered || answered.SqlState[..2] is not ("23" or "40");

    public static bool IsOfTheDatabase(NpgsqlException error) => error is not PostgresException answered
        || answered.SqlState[..2] is "08" or "53" or "57" or "58" or "XX" or "25" or "40";

    public static string InWords(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: "53100" } => "the database server's disk is full",
        PostgresException { SqlState: "25006" } => "the database is read-only",
        PostgresException answered => $"the database says: {answered.MessageText}",
        _ => $"the database cannot be reached: {error.InnerException?.Message ?? error.Message}",
    };
}
