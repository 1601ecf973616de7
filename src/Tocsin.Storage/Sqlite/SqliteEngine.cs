using Microsoft.Data.Sqlite;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Sqlite;

/// <summary>One unit waiting for its turn, whatever it answers.</summary>
internal abstract class WaitingUnit(Lease? lease)
{
    public Lease? Lease { get; } = lease;
    public Exception? Failure { get; set; }

    /// <summary>Runs the unit's body to its end. Throws what it throws.</summary>
    public abstract void Run(SqliteTx tx);

    /// <summary>Tells the caller, after the commit or after it has failed.</summary>
    public abstract void Tell();
}

internal sealed class WaitingUnit<T>(Func<ITx, ValueTask<T>> body, Lease? lease) : WaitingUnit(lease)
{
    private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Task => source.Task;

    public override void Run(SqliteTx tx)
    {
        var running = body(tx);
        if (!running.IsCompleted)
        {
            throw new InvalidOperationException("a unit awaited something other than its transaction; it may only await tx");
        }
        result = running.GetAwaiter().GetResult();
    }

    public override void Tell()
    {
        if (Failure is null) source.TrySetResult(result);
        else source.TrySetException(Failure);
    }
}

/// <summary>Runs units on one connection: many in one transaction, a savepoint each. Not thread-safe: one thread owns it.</summary>
internal sealed class SqliteEngine : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand begin, commit, rollback, savepoint, release, undo, insertEntry, readEpoch;

    public SqliteEngine(SqliteConnection connection, bool hasJournal)
    {
        this.connection = connection;
        (begin, commit, rollback) = (Prepare("begin immediate"), Prepare("commit"), Prepare("rollback"));
        (savepoint, release, undo) = (Prepare("savepoint unit"), Prepare("release unit"), Prepare("rollback to unit"));
        insertEntry = connection.CreateCommand();
        insertEntry.CommandText = """
            insert into journal (at, kind, v, subject, service, actor, cause, body)
            values (@at, @kind, @v, @subject, @service, @actor, @cause, @body) returning seq
            """;
        foreach (var name in (string[])["@at", "@kind", "@v", "@subject", "@service", "@actor", "@cause", "@body"])
        {
            insertEntry.Parameters.Add(new SqliteParameter(name, null));
        }
        readEpoch = connection.CreateCommand();
        readEpoch.CommandText = "select epoch from storage_lease where scope = @scope";
        readEpoch.Parameters.Add(new SqliteParameter("@scope", null));
        if (!hasJournal) return;
        insertEntry.Prepare();
        readEpoch.Prepare();
    }

    /// <summary>Runs all units and commits. Each learns its own failure; a failure of the database is the failure of all.</summary>
    /// <returns>True when something was appended or enqueued.</returns>
    public bool Run(IReadOnlyList<WaitingUnit> units)
    {
        try
        {
            begin.ExecuteNonQuery();
            var changed = false;
            var epochs = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var unit in units) changed |= RunOne(unit, epochs);
            commit.ExecuteNonQuery();
            return changed;
        }
        catch (SqliteException error)
        {
            TryRollback();
            var reason = new StoreUnavailableException(SqliteFailure.InWords(error), error);
            foreach (var unit in units) unit.Failure = reason;
            return false;
        }
    }

    private bool RunOne(WaitingUnit unit, Dictionary<string, long> epochs)
    {
        savepoint.ExecuteNonQuery();
        var tx = new SqliteTx(connection);
        try
        {
            CheckFence(unit.Lease, epochs);
            unit.Run(tx);
            WriteEntries(tx.Entries);
            release.ExecuteNonQuery();
            return tx.Entries.Count > 0 || tx.HasIntents;
        }
        catch (Exception error) when (error is not SqliteException lost || !SqliteFailure.IsOfTheDatabase(lost))
        {
            unit.Failure = error;
            undo.ExecuteNonQuery();
            release.ExecuteNonQuery();
            return false;
        }
        finally
        {
            tx.IsOver = true;
        }
    }

    private void CheckFence(Lease? lease, Dictionary<string, long> epochs)
    {
        if (lease is null) return;
        if (!epochs.TryGetValue(lease.Scope, out var current))
        {
            readEpoch.Parameters[0].Value = lease.Scope;
            epochs[lease.Scope] = current = readEpoch.ExecuteScalar() is long epoch ? epoch : -1;
        }
        if (current != lease.Epoch) throw new FencedException(lease.Scope, lease.Epoch, current);
    }

    private void WriteEntries(UnitEntries entries)
    {
        if (entries.Count == 0) return;
        var seqs = new long[entries.Count];
        for (var index = 0; index < entries.Count; index++)
        {
            var row = entries.Row(index, earlier => seqs[earlier]);
            var values = insertEntry.Parameters;
            values[0].Value = row.At;
            values[1].Value = row.Kind;
            values[2].Value = row.V;
            values[3].Value = row.Subject;
            values[4].Value = (object?)row.Service ?? DBNull.Value;
            values[5].Value = row.Actor;
            values[6].Value = row.Cause;
            values[7].Value = row.Body;
            seqs[index] = (long)insertEntry.ExecuteScalar()!;
        }
    }

    private void TryRollback()
    {
        // SQLite may have rolled back by itself (disk full, I/O error); a second one is an error that says nothing new.
        try { rollback.ExecuteNonQuery(); }
        catch (SqliteException) { return; }
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[begin, commit, rollback, savepoint, release, undo, insertEntry, readEpoch]) command.Dispose();
        connection.Dispose();
    }
}

/// <summary>Tells failures of the database from mistakes in a statement.</summary>
internal static class SqliteFailure
{
    /// <summary>Primary result codes (sqlite.org/rescode.html) after which nothing of the batch can be kept.</summary>
    public static bool IsOfTheDatabase(SqliteException error) => error.SqliteErrorCode is
        5 /* busy */ or 6 /* locked */ or 7 /* no memory */ or 8 /* read-only */ or 10 /* I/O */ or 11 /* corrupt */
        or 13 /* full */ or 14 /* cannot open */ or 22 /* no LFS */ or 26 /* not a database */;

    public static string InWords(SqliteException error) => error.SqliteErrorCode switch
    {
        5 or 6 => "the database is locked by another program",
        8 => "the database is read-only",
        10 => "the disk reports an error",
        11 or 26 => "the database file is damaged",
        13 => "the disk is full",
        14 => "the database file cannot be opened",
        _ => $"the database says: {error.Message}",
    };
}
