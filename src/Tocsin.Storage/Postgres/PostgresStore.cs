using System.Data;
using Dapper;
using Npgsql;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Postgres;

/// <summary>A PostgreSQL database: a transaction per unit, run again on a serialization failure or deadlock.</summary>
internal sealed class PostgresStore(NpgsqlDataSource source, StoreHealth health, TimeProvider clock, Lease? nodeLease)
    : IStore, IAsyncDisposable
{
    private const int AttemptsMax = 5;

    public event Action? Committed;

    /// <summary>Opens a pool with the time limit of a unit: 5 s for a statement, and for standing idle inside a transaction.</summary>
    public static NpgsqlDataSource Connect(string connectionString)
    {
        Rows.Register();
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000 -c timezone=UTC",
            ApplicationName = "tocsin",
            CommandTimeout = 10,
        };
        return NpgsqlDataSource.Create(settings);
    }

    public async Task<T> WriteAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (result, changed) = await RunAsync(unit, lease ?? nodeLease, cancellation);
                health.Succeeded();
                if (changed) Committed?.Invoke();
                return result;
            }
            catch (PostgresException error) when (PostgresFailure.IsToBeRunAgain(error) && attempt < AttemptsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5 << attempt), clock, cancellation);
            }
            catch (NpgsqlException error) when (PostgresFailure.IsOfTheDatabase(error))
            {
                var reason = PostgresFailure.InWords(error);
                health.Failed(reason);
                throw new StoreUnavailableException(reason, error);
            }
        }
    }

    private async Task<(T Result, bool Changed)> RunAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var tx = new PostgresTx(connection, transaction);
        await CheckFenceAsync(tx, lease);
        var result = await unit(tx);
        await tx.WriteEntriesAsync();
        // A commit that was asked for is waited for: giving up here would leave the caller without knowing.
        await transaction.CommitAsync(CancellationToken.None);
        return (result, tx.Entries.Count > 0 || tx.HasIntents);
    }

    private static async Task CheckFenceAsync(PostgresTx tx, Lease? lease)
    {
        if (lease is null) return;
        // The share lock holds a new owner back until this unit is over: no unit of the old epoch commits after the takeover.
        var epoch = await tx.FirstAsync<long?>("select epoch from storage_lease where scope = @Scope for share", new { lease.Scope }) ?? -1;
        if (epoch != lease.Epoch) throw new FencedException(lease.Scope, lease.Epoch, epoch);
    }

    public async Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return await read(new PostgresReadTx(connection, transaction));
        }
        catch (NpgsqlException error) when (PostgresFailure.IsOfTheDatabase(error))
        {
            throw new StoreUnavailableException(PostgresFailure.InWords(error), error);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>Tells failures of the server from mistakes in a statement (SQLSTATE classes, PostgreSQL 15 appendix A).</summary>
internal static class PostgresFailure
{
    public static bool IsToBeRunAgain(PostgresException error) => error.SqlState is "40001" or "40P01";

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
