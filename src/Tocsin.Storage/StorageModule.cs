using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Postgres;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Storage;

/// <summary>An open database: facts, samples, and who owns the work on them.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly IReadOnlyList<IAsyncDisposable> parts;

    private Database(IStore facts, StoreHealth health, EmbeddedOwner owner, IStore sampleFile, IJournalHorizon horizon, string? backupTaken,
        string programVersion)
    {
        (Facts, Health, Owner, SampleFile, Horizon, BackupTaken, ProgramVersion) =
            (facts, health, owner, sampleFile, horizon, backupTaken, programVersion);
        parts = [.. new[] { facts, sampleFile }.Distinct().OfType<IAsyncDisposable>()];
    }

    public IStore Facts { get; }
    public StoreHealth Health { get; }
    public EmbeddedOwner Owner { get; }

    /// <summary>Copy taken before the tables were changed; null when nothing was changed or no copy could be taken.</summary>
    public string? BackupTaken { get; }

    internal string ProgramVersion { get; }
    internal IStore SampleFile { get; }

    /// <summary>True for SQLite files in a data directory, false for PostgreSQL.</summary>
    internal bool IsEmbedded => Horizon is SqliteHorizon;
    internal IJournalHorizon Horizon { get; }

    /// <summary>Opens the two files of an embedded install, brings them to this version and takes the next epoch.</summary>
    /// <exception cref="NewerDatabaseException">A newer program has changed them.</exception>
    /// <exception cref="StoreUnavailableException">A file cannot be opened or changed: the disk is full, damaged or read-only.</exception>
    public static Database OpenSqlite(
        DataDirectory data, IReadOnlyList<Migration> migrations, string programVersion, TimeProvider clock) =>
        OpenSqlite(new SqliteFile(data.Facts, "FULL"), new SqliteFile(data.Samples, "NORMAL"), data.Backups, migrations, programVersion, clock);

    internal static Database OpenSqlite(SqliteFile facts, SqliteFile samples, string? backups,
        IReadOnlyList<Migration> migrations, string programVersion, TimeProvider clock)
    {
        try { return Open(facts, samples, backups, migrations, programVersion, clock); }
        catch (SqliteException error) when (SqliteFailure.IsOfTheDatabase(error))
        {
            throw new StoreUnavailableException(SqliteFailure.InWords(error), error);
        }
    }

    private static Database Open(SqliteFile facts, SqliteFile samples, string? backups,
        IReadOnlyList<Migration> migrations, string programVersion, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        string? backup;
        long epoch;
        using (var connection = facts.Open())
        {
            backup = SqliteMigrator.Run(connection, [.. StorageModule.Migrations, .. migrations], programVersion, now, backups);
            epoch = connection.QueryFirst<long>(EmbeddedOwner.TakeEpoch, Holder());
        }
        using (var connection = samples.Open())
        {
            SqliteMigrator.Run(connection, SampleStore.Migrations, programVersion, now, backups);
        }
        var owner = new EmbeddedOwner(epoch);
        var health = new StoreHealth(clock);
        var store = new SqliteStore(facts, health, owner.Node);
        var sampleFile = new SqliteStore(samples, new StoreHealth(clock), nodeLease: null);
        return new Database(store, health, owner, sampleFile, new SqliteHorizon(), backup, programVersion);
    }

    /// <summary>Opens a PostgreSQL database, brings it to this version and takes the next epoch.</summary>
    /// <exception cref="StoreUnavailableException">The server cannot be reached.</exception>
    public static async Task<Database> OpenPostgresAsync(
        string connectionString, DataDirectory? data, IReadOnlyList<Migration> migrations, string programVersion, TimeProvider clock)
    {
        var source = PostgresStore.Connect(connectionString);
        try
        {
            string? backup = null;
            await PostgresMigrator.RunAsync(source, [.. StorageModule.Migrations, .. SampleStore.Migrations, .. migrations], programVersion,
                clock.GetUtcNow(), async () => backup = await PostgresBackup.TryDumpAsync(connectionString, data?.Backups, programVersion, clock));
            await using var connection = await source.OpenConnectionAsync();
            var owner = new EmbeddedOwner(await connection.QueryFirstAsync<long>(EmbeddedOwner.TakeEpoch, Holder()));
            var health = new StoreHealth(clock);
            var store = new PostgresStore(source, health, clock, owner.Node);
            return new Database(store, health, owner, store, new PostgresHorizon(source), backup, programVersion);
        }
        catch (Npgsql.NpgsqlException error) when (error is not Npgsql.PostgresException)
        {
            await source.DisposeAsync();
            throw new StoreUnavailableException(PostgresFailure.InWords(error), error);
        }
    }

    private static object Holder() => new { scope = EmbeddedOwner.NodeScope, holder = $"{Environment.MachineName}:{Environment.ProcessId}" };

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts) await part.DisposeAsync();
    }
}

/// <summary>Registration of storage in the program.</summary>
public static class StorageModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "storage");

    public static IServiceCollection AddStorage(this IServiceCollection services, Database database)
    {
        services.AddSingleton(database.Facts);
        services.AddSingleton(database.Health);
        services.AddSingleton<IWorkOwner>(database.Owner);
        services.AddSingleton<IJournal>(new JournalTable(database.Facts));
        services.AddSingleton<IRunner, PoolRunner>();
        services.AddSingleton<PumpHealth>();
        services.AddSingleton<IDeliveries, DeliveryRows>();
        services.AddSingleton<DeliveryLedger>();
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<DeliveryLedger>());
        services.AddSingleton<IHeldIntents>(provider => provider.GetRequiredService<DeliveryLedger>());
        services.AddSingleton<IPump, LedgerPump>();
        services.AddSingleton<IPump, AlivePump>();
        services.AddSingleton(_ => new SampleStore(database.SampleFile));
        services.AddSingleton<ISampleStore>(provider => provider.GetRequiredService<SampleStore>());
        services.AddSingleton<IPump>(provider => provider.GetRequiredService<SampleStore>());
        services.AddSingleton<ReaderPumps>();
        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<IPump>(provider => provider.GetRequiredService<StorageMetrics>());
        services.AddSingleton<IMeasured>(provider => provider.GetRequiredService<StorageMetrics>());
        services.AddHostedService<PumpHost>();
        return services.AddSingleton(database.Horizon);
    }
}

/// <summary>How rows become records: column names with underscores match members without.</summary>
internal static class Rows
{
    public static void Register() => DefaultTypeMap.MatchNamesWithUnderscores = true;
}
