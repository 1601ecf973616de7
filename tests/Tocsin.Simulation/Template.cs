using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Simulation;

/// <summary>A migrated database in memory, copied for each seed.</summary>
internal static class Template
{
    private static readonly ConcurrentDictionary<Type, SqliteConnection> Migrated = new();

    public static SqliteConnection Clone(IScenario scenario)
    {
        lock (Migrated)
        {
            var template = Migrated.GetOrAdd(scenario.GetType(), _ => Migrate(scenario.Tables));
            var connection = new SqliteFile(null, "OFF").Open();
            template.BackupDatabase(connection);
            return connection;
        }
    }

    private static SqliteConnection Migrate(IReadOnlyList<Migration> tables)
    {
        var connection = new SqliteFile(null, "OFF").Open();
        SqliteMigrator.Run(connection, [.. StorageModule.Migrations, .. tables], "0.1.0", DateTimeOffset.UnixEpoch, null);
        return connection;
    }
}
