using Dapper;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Sqlite;

/// <summary>Reads on one connection. Everything completes synchronously: that is how a unit that awaits something else is caught.</summary>
internal class SqliteReadTx(SqliteConnection connection) : IReadTx
{
    protected SqliteConnection Connection { get; } = connection;

    /// <summary>Set when the unit is over: a unit that escaped must not write into somebody else's transaction.</summary>
    public bool IsOver { get; set; }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) =>
        Task.FromResult<IReadOnlyList<T>>(Open().Query<T>(sql, args).AsList());

    public Task<T?> FirstAsync<T>(string sql, object? args = null) => Task.FromResult(Open().QueryFirstOrDefault<T>(sql, args))!;

    protected virtual SqliteConnection Open() => IsOver ? throw new InvalidOperationException("this unit is over") : Connection;
}

internal sealed class SqliteTx(SqliteConnection connection) : SqliteReadTx(connection), ITx
{
    private readonly int thread = Environment.CurrentManagedThreadId;

    public UnitEntries Entries { get; } = new();
    public bool HasIntents { get; private set; }

    // An escaped unit goes on on another thread, perhaps before it is known to be over.
    protected override SqliteConnection Open() => Environment.CurrentManagedThreadId == thread
        ? base.Open()
        : throw new InvalidOperationException("this unit awaited something other than its transaction");

    public Task<int> ExecuteAsync(string sql, object? args = null) => Task.FromResult(Open().Execute(sql, args));

    public Task<long> InsertAsync(string sql, object? args = null) => Task.FromResult(Open().QueryFirst<long>(sql, args));

    public Task EnqueueAsync(Intent intent)
    {
        HasIntents = true;
        return ExecuteAsync(LedgerSql.Enqueue, LedgerSql.Row(intent));
    }

    public Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default) =>
        IsOver ? throw new InvalidOperationException("this unit is over") : Entries.Add(fact, at, actor, cause);
}
