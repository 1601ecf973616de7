using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Sqlite;
using Tocsin.Storage.Tests;

namespace Tocsin.Bench;

/// <summary>How fast facts become durable, beside the database alone on the same disk; and how fast one reader follows.</summary>
internal sealed class JournalBenchmark : IBenchmark
{
    private const int RowsPerCommit = 512, PostgresWriters = 32;

    private static readonly CheckDown Fact = new(new CheckKey("shop-http"), new ServiceKey("shop"), DateTimeOffset.UnixEpoch, "status",
        "answered 500, expected 200", "https://shop.example.org/", 3);

    public string Name => "journal";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        // Beside the program, not in a temporary directory: that is often in memory and knows no fsync.
        var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"bench-{Environment.ProcessId}")).FullName;
        try
        {
            return
            [
                Measure.Of("fsync of 4 kB on this disk", Machine.Fsync(directory), "ms"),
                .. await SqliteAsync(directory),
                .. await PostgresAsync(),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Measure>> SqliteAsync(string directory)
    {
        using var data = DataDirectory.Take(Path.Combine(directory, "data")).Value;
        await using var database = Database.OpenSqlite(data, [], "0.1.0", TimeProvider.System);
        var raw = await Rate.OfAsync(1, RawCommit(Path.Combine(directory, "raw.db")));
        var full = await Rate.OfAsync(RowsPerCommit, _ => AppendAsync(database.Facts));
        var some = await Rate.OfAsync(64, _ => AppendAsync(database.Facts));
        var alone = await Rate.OfAsync(1, _ => AppendAsync(database.Facts));
        return
        [
            Measure.Of($"SQLite alone, {RowsPerCommit} rows a commit, FULL", raw, "rows/s"),
            Measure.Of($"journal on SQLite, {RowsPerCommit} units waiting", full, "entries/s", ">= 10,000", rate => rate >= 10_000),
            Measure.Of("journal on SQLite, 64 units waiting", some, "entries/s"),
            Measure.Of("journal on SQLite, one caller alone", alone, "entries/s"),
            Measure.Of($"share of SQLite alone at {RowsPerCommit}", [.. full.Zip(raw, (own, other) => own / other * 100)], "%"),
            await ReaderAsync(database),
        ];
    }

    private static async Task<int> AppendAsync(IStore store)
    {
        await store.WriteAsync(tx =>
        {
            tx.Append(Fact, DateTimeOffset.UnixEpoch, Actor.Tocsin);
            return ValueTask.CompletedTask;
        });
        return 1;
    }

    /// <summary>The least that the same rows cost: one prepared statement, one commit for all.</summary>
    private static Func<int, Task<int>> RawCommit(string path)
    {
        var connection = new SqliteFile(path, "FULL").Open();
        foreach (var statement in MigrationPlan.Statements(StorageModule.Migrations[0], SqlDialect.Sqlite)) connection.Execute(statement);
        var insert = connection.CreateCommand();
        insert.CommandText = """
            insert into journal (at, kind, v, subject, service, actor, cause, body) values (0, 'check.down', 1, 'check/shop-http', 'shop', 'tocsin', 0, @body)
            """;
        var body = insert.Parameters.Add(new SqliteParameter("@body", ""));
        insert.Prepare();
        return _ =>
        {
            connection.Execute("begin immediate");
            for (var row = 0; row < RowsPerCommit; row++)
            {
                body.Value = FactKinds.Write(Fact);
                insert.ExecuteNonQuery();
            }
            connection.Execute("commit");
            return Task.FromResult(RowsPerCommit);
        };
    }

    /// <summary>One reader with a row of its own for each entry, while 10,000 entries a second are appended.</summary>
    private static async Task<Measure> ReaderAsync(Database database)
    {
        using var stop = new CancellationTokenSource();
        var appending = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await AppendAsync(database.Facts);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        })));
        var pump = new ReaderPump(new CountingReader(), database.Facts, database.Horizon, NullLogger<ReaderPump>.Instance);
        var rates = await Rate.OfAsync(1, async _ =>
        {
            var before = pump.Cursor;
            await pump.StepAsync(database.Owner.Node, TimeProvider.System.GetUtcNow(), default);
            return (int)(pump.Cursor - before);
        });
        await stop.CancelAsync();
        await appending;
        return Measure.Of("one reader, a row for each entry, beside 10,000/s appended", rates, "entries/s", ">= 5,000", rate => rate >= 5_000);
    }

    private sealed class CountingReader : IJournalReader
    {
        public string Name => "bench";

        public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now) => await tx.ExecuteAsync(
            "insert into storage_alive (id, at) values (@id, 1) on conflict (id) do update set at = storage_alive.at + 1", new { id = entry.Seq % 1_000 });
    }

    private static async Task<IReadOnlyList<Measure>> PostgresAsync()
    {
        if (!Directory.Exists("/usr/lib/postgresql")) return [];
        await using var server = await PostgresServer.CreateAsync(isDurable: true);
        var connectionString = await server.NewDatabaseAsync();
        await using var database = await Database.OpenPostgresAsync(connectionString, null, [], "0.1.0", TimeProvider.System);
        var unordered = await Rate.OfAsync(PostgresWriters, _ => UnorderedAsync(connectionString, database.Owner.Node));
        var ordered = await Rate.OfAsync(PostgresWriters, _ => AppendAsync(database.Facts));
        var share = ordered.Zip(unordered, (own, other) => own / other * 100).ToList();
        return
        [
            Measure.Of(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL without order, {PostgresWriters} writers"), unordered, "entries/s"),
            Measure.Of(string.Create(CultureInfo.InvariantCulture, $"journal on PostgreSQL, {PostgresWriters} writers"), ordered, "entries/s",
                ">= 3,000", rate => rate >= 3_000),
            Measure.Of("share of PostgreSQL without order", share, "%", ">= 75", percent => percent >= 75),
        ];
    }

    /// <summary>The same transaction, fence and all, without the announcement.</summary>
    private static async Task<int> UnorderedAsync(string connectionString, Lease lease)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable);
        await connection.QueryFirstAsync<long>("select epoch, pg_current_xact_id()::text as xid from storage_lease where scope = @Scope for share", new { lease.Scope }, transaction);
        await connection.QueryFirstAsync<long>("""
            insert into journal (at, kind, v, subject, service, actor, cause, body)
            values (0, 'check.down', 1, 'check/shop-http', 'shop', 'tocsin', 0, @body) returning seq
            """, new { body = FactKinds.Write(Fact) }, transaction);
        await transaction.CommitAsync();
        return 1;
    }
}
