using System.Collections.Concurrent;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>The database under a module's tests: SQLite, or PostgreSQL when <c>TOCSIN_TEST_DATABASE=postgres</c>.</summary>
/// <remarks>On PostgreSQL a directory stands for a database: opened again it is the same one, and it goes with its directory.</remarks>
internal static class TestDatabase
{
    private static readonly ConcurrentDictionary<string, string> Databases = new(StringComparer.Ordinal);

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("TOCSIN_TEST_DATABASE") switch
    {
        null or "" or "sqlite" => false,
        "postgres" => true,
        var other => throw new InvalidOperationException($"TOCSIN_TEST_DATABASE is '{other}', expected sqlite or postgres"),
    };

    public static Database Open(DataDirectory data, IReadOnlyList<Migration> migrations, TimeProvider clock) =>
        Open(data.Path, migrations, clock, () => Database.OpenSqlite(data, migrations, "0.1.0", clock));

    /// <param name="sqlite">How this test opens SQLite, when not as the product does.</param>
    public static Database Open(string directory, IReadOnlyList<Migration> migrations, TimeProvider clock, Func<Database> sqlite) =>
        // Tests open their database in constructors too; the pool keeps them from waiting for themselves.
        IsPostgres ? Task.Run(() => OpenPostgresAsync(directory, migrations, clock)).GetAwaiter().GetResult() : sqlite();

    private static async Task<Database> OpenPostgresAsync(string directory, IReadOnlyList<Migration> migrations, TimeProvider clock)
    {
        var server = await PostgresServer.Shared;
        foreach (var gone in Databases.Keys.Where(known => !Directory.Exists(known)))
        {
            if (Databases.TryRemove(gone, out var old)) await server.DropAsync(old);
        }
        if (!Databases.TryGetValue(directory, out var connection)) Databases[directory] = connection = await server.NewDatabaseAsync();
        return await Database.OpenPostgresAsync(connection, null, migrations, "0.1.0", clock);
    }
}
