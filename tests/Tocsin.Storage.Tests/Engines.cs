using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>A database of one test: opened as often as the test likes, always the same one.</summary>
public interface IEngine : IAsyncDisposable
{
    Task<Database> OpenAsync(IReadOnlyList<Migration> migrations, string version = "0.1.0");

    /// <summary>A connection past the product, for looking and for breaking things.</summary>
    Task<DbConnection> RawAsync();
}

public sealed class SqliteEngineUnderTest : IEngine
{
    private readonly DataDirectory data = DataDirectory.Take(Directory.CreateTempSubdirectory("tocsin-test-").FullName).Value;

    public Task<Database> OpenAsync(IReadOnlyList<Migration> migrations, string version) =>
        Task.FromResult(Database.OpenSqlite(data, migrations, version, TimeProvider.System));

    public async Task<DbConnection> RawAsync()
    {
        var connection = new SqliteConnection($"Data Source={data.Facts};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        data.Dispose();
        Directory.Delete(data.Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgresEngineUnderTest : IEngine
{
    private readonly Task<string> database = NewAsync();
    private readonly DataDirectory data = DataDirectory.Take(Directory.CreateTempSubdirectory("tocsin-test-").FullName).Value;

    private static async Task<string> NewAsync() => await (await PostgresServer.Shared).NewDatabaseAsync();

    public async Task<Database> OpenAsync(IReadOnlyList<Migration> migrations, string version) =>
        await Database.OpenPostgresAsync(await database, data, migrations, version, TimeProvider.System);

    public async Task<DbConnection> RawAsync()
    {
        var connection = new NpgsqlConnection(await database);
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        data.Dispose();
        Directory.Delete(data.Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>One suite, both databases: what a suite promises, every engine keeps.</summary>
public abstract class Suite<TEngine> : IAsyncLifetime where TEngine : IEngine, new()
{
    protected static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected TEngine Engine { get; } = new();
    protected Database Database { get; private set; } = null!;
    protected IStore Store => Database.Facts;
    protected Lease Lease => Database.Owner.Node;

    public async Task InitializeAsync() => Database = await Engine.OpenAsync(Tables, "0.1.0");

    /// <summary>Tables of the suite itself, beside those of storage.</summary>
    protected virtual IReadOnlyList<Migration> Tables => [];

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await Engine.DisposeAsync();
    }

    protected static Kernel.Facts.ConfigApplied Fact(int number) => new($"r{number}", null, "", number, 0);

    protected async Task<IReadOnlyList<Kernel.Facts.JournalEntry>> JournalAsync() =>
        await new JournalTable(Store).ReadAsync(new JournalQuery(Limit: 10_000));
}

public sealed class SqliteStoreTests : StoreSuite<SqliteEngineUnderTest>;
public sealed class PostgresStoreTests : StoreSuite<PostgresEngineUnderTest>;
public sealed class SqliteReaderTests : ReaderSuite<SqliteEngineUnderTest>;
public sealed class PostgresReaderTests : ReaderSuite<PostgresEngineUnderTest>;
public sealed class SqliteLedgerTests : LedgerSuite<SqliteEngineUnderTest>;
public sealed class PostgresLedgerTests : LedgerSuite<PostgresEngineUnderTest>;
public sealed class SqliteMigrationTests : MigrationSuite<SqliteEngineUnderTest>;
public sealed class PostgresMigrationTests : MigrationSuite<PostgresEngineUnderTest>;
