using Dapper;
using Npgsql;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Postgres;

internal class PostgresReadTx(NpgsqlConnection connection, NpgsqlTransaction transaction) : IReadTx
{
    protected NpgsqlConnection Connection { get; } = connection;
    protected NpgsqlTransaction Transaction { get; } = transaction;

    public virtual async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) =>
        (await Connection.QueryAsync<T>(sql, PostgresText.Storable(args), Transaction)).AsList();

    public virtual Task<T?> FirstAsync<T>(string sql, object? args = null) =>
        Connection.QueryFirstOrDefaultAsync<T>(sql, PostgresText.Storable(args), Transaction);
}

internal sealed class PostgresTx(NpgsqlConnection connection, NpgsqlTransaction transaction)
    : PostgresReadTx(connection, transaction), ITx
{
    /// <summary>
    /// Announces this transaction, then takes the next values: a reader never passes an announced value that is still held
    /// (<see cref="PostgresOrder"/>). The announcement stands in a materialized CTE so that it runs before the first nextval.
    /// </summary>
    private const string InsertEntry = $"""
        with announced as materialized (
            select pg_advisory_xact_lock_shared({PostgresOrder.TagShifted} | (select last_value from journal_seq_seq)))
        insert into journal (at, kind, v, subject, service, actor, cause, body)
        select @At, @Kind, @V, @Subject, @Service, @Actor, @Cause, @Body from announced
        returning seq
        """;

    private const string InsertNextEntry = """
        insert into journal (at, kind, v, subject, service, actor, cause, body)
        values (@At, @Kind, @V, @Subject, @Service, @Actor, @Cause, @Body) returning seq
        """;

    public UnitEntries Entries { get; } = new();
    public bool HasIntents { get; private set; }

    /// <summary>True while a statement of this unit is under way. Changes only in the unit's own turns.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Set when the unit's body has ended: one that escaped must not write into somebody else's transaction.</summary>
    public bool IsOver { get; set; }

    public override Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => BusyAsync(() => base.QueryAsync<T>(sql, args));

    public override Task<T?> FirstAsync<T>(string sql, object? args = null) where T : default => BusyAsync(() => base.FirstAsync<T>(sql, args));

    public Task<int> ExecuteAsync(string sql, object? args = null) => BusyAsync(() => Connection.ExecuteAsync(sql, PostgresText.Storable(args), Transaction));

    public Task<long> InsertAsync(string sql, object? args = null) => BusyAsync(() => Connection.QueryFirstAsync<long>(sql, PostgresText.Storable(args), Transaction));

    public Task EnqueueAsync(Intent intent)
    {
        HasIntents = true;
        return ExecuteAsync(LedgerSql.Enqueue, LedgerSql.Row(intent));
    }

    public Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default)
    {
        ThrowIfOver();
        return Entries.Add(fact, at, actor, cause);
    }

    private async Task<T> BusyAsync<T>(Func<Task<T>> statement)
    {
        ThrowIfOver();
        IsBusy = true;
        // Goes on in the unit's turn, not before: see UnitTurns.
        try { return await statement(); }
        finally { IsBusy = false; }
    }

    private void ThrowIfOver()
    {
        if (IsOver) throw new InvalidOperationException("this unit is over");
    }

    /// <summary>Writes what was appended, after the unit's body has ended.</summary>
    public async Task WriteEntriesAsync()
    {
        var seqs = new long[Entries.Count];
        for (var index = 0; index < seqs.Length; index++)
        {
            var row = Entries.Row(index, earlier => seqs[earlier]);
            seqs[index] = await Connection.QueryFirstAsync<long>(index == 0 ? InsertEntry : InsertNextEntry, row, Transaction);
        }
    }
}

/// <summary>Commit order on PostgreSQL: how far a reader may go without passing a transaction that is still open.</summary>
internal static class PostgresOrder
{
    /// <summary>Upper 16 bits of our advisory locks; the lower 48 hold a value of the sequence.</summary>
    public const string TagShifted = "2070811403660296192::bigint"; // 7357 << 48

    public const string LastValue = "select last_value from journal_seq_seq";

    /// <summary>Smallest announced value that is still held in this database; null when none is.</summary>
    public const string Announced = """
        select min(((classid::bigint << 32) | objid::bigint) & 281474976710655)
        from pg_locks
        where locktype = 'advisory' and objsubid = 1 and (classid::bigint >> 16) = 7357
            and database = (select oid from pg_database where datname = current_database())
        """;
}
