using Tocsin.Kernel.Facts;

namespace Tocsin.Kernel.Ports;

/// <summary>Reads of one consistent snapshot.</summary>
/// <remarks>SQL is the common subset of SQLite and PostgreSQL: columns BIGINT, TEXT and blob; times as Unix milliseconds;
/// booleans 0 or 1; parameters as <c>@name</c>; never <c>now()</c>. Rows map by column name, underscores ignored.</remarks>
public interface IReadTx
{
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null);

    /// <returns>The first row or default.</returns>
    Task<T?> FirstAsync<T>(string sql, object? args = null);
}

/// <summary>One unit of writing: a transaction over a module's own tables, the ledger and the journal.</summary>
/// <remarks>
/// A unit awaits nothing but this object, has no effect outside it, may run again, and appends its entries last: after the
/// first <see cref="Append"/> only appends follow. What is appended or enqueued becomes durable with the unit or not at all.
/// </remarks>
public interface ITx : IReadTx
{
    /// <returns>Number of rows touched.</returns>
    Task<int> ExecuteAsync(string sql, object? args = null);

    /// <summary>Inserts and answers the identity that the database gave. The statement ends with <c>returning</c> one BIGINT.</summary>
    Task<long> InsertAsync(string sql, object? args = null);

    /// <summary>Adds an intent to the delivery ledger. An intent whose idempotency key is already there is ignored.</summary>
    Task EnqueueAsync(Intent intent);

    /// <summary>Adds an entry at the end of this unit.</summary>
    /// <returns>What a later entry of the same unit can name as its cause.</returns>
    Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default);
}

/// <summary>The database as modules see it.</summary>
public interface IStore
{
    /// <summary>Runs one unit and answers after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was written: disk full, database gone, too many waiting.</exception>
    /// <exception cref="FencedException">Nothing was written: another process owns this work now.</exception>
    Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default);

    Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default);

    /// <summary>Fires after a commit that appended to the journal or changed the ledger, before the unit's caller has its answer.</summary>
    event Action? Committed;
}

public static class StoreExtensions
{
    extension(IStore store)
    {
        public Task WriteAsync(Func<ITx, ValueTask> unit, Lease? lease = null, CancellationToken cancellation = default) =>
            store.WriteAsync<int>(async tx => { await unit(tx); return 0; }, lease, cancellation);

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null, CancellationToken cancellation = default) =>
            store.ReadAsync(async tx => await tx.QueryAsync<T>(sql, args), cancellation);

        public Task<T?> FirstAsync<T>(string sql, object? args = null, CancellationToken cancellation = default) =>
            store.ReadAsync(async tx => await tx.FirstAsync<T>(sql, args), cancellation);
    }
}

/// <summary>The database cannot take or give anything now. Transient: the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The work belongs to another process now; whoever gets this stops doing it.</summary>
public sealed class FencedException(string scope, long epoch, long current)
    : Exception($"{scope} is owned at epoch {current}, this process held {epoch}");

/// <summary>One numbered step of a module's tables.</summary>
/// <param name="Module">Prefix of its tables, such as <c>incidents</c>.</param>
/// <param name="Number">From 1, without gaps within the module.</param>
/// <param name="Sql">Statements ended by <c>;</c> at line ends. <c>{key}</c> and <c>{blob}</c> are filled in per database.</param>
public sealed record Migration(string Module, int Number, string Name, string Sql)
{
    /// <summary>All <c>Migrations/NNNN_name.sql</c> embedded in an assembly, in order.</summary>
    public static IReadOnlyList<Migration> From(System.Reflection.Assembly assembly, string module) =>
        [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Migrations.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[(name.LastIndexOf(".Migrations.", StringComparison.Ordinal) + 12)..^4];
                return new Migration(module, int.Parse(file[..4], null), file[5..], reader.ReadToEnd());
            })];
}
