using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Sqlite;

/// <summary>Brings a SQLite file to the program's version: all steps in one transaction, a backup of the file first.</summary>
internal static class SqliteMigrator
{
    /// <param name="backupDirectory">Receives a copy before an existing database is changed; null takes none.</param>
    /// <returns>Path of the backup; null when none was needed.</returns>
    public static string? Run(
        SqliteConnection connection, IReadOnlyList<Migration> known, string programVersion, DateTimeOffset now, string? backupDirectory)
    {
        connection.Execute(MigrationPlan.CreateTable);
        var applied = connection.Query<AppliedMigration>("select module, number, program_version from storage_migration").AsList();
        var pending = MigrationPlan.Pending(known, applied);
        if (pending.Count == 0) return null;
        var backup = applied.Count > 0 && backupDirectory is not null ? Backup(connection, backupDirectory, programVersion, now) : null;
        connection.Execute("begin immediate");
        try
        {
            foreach (var step in pending) Apply(connection, step, programVersion, now);
            connection.Execute("commit");
        }
        catch
        {
            Undo(connection);
            throw;
        }
        return backup;
    }

    private static void Undo(SqliteConnection connection)
    {
        // SQLite may have rolled back by itself (disk full, I/O error): what failed first is what is to be told.
        try { connection.Execute("rollback"); }
        catch (SqliteException) { return; }
    }

    private static void Apply(SqliteConnection connection, Migration step, string programVersion, DateTimeOffset now)
    {
        foreach (var statement in MigrationPlan.Statements(step, SqlDialect.Sqlite)) connection.Execute(statement);
        connection.Execute("""
            insert into storage_migration (module, number, name, applied_at, program_version)
            values (@Module, @Number, @Name, @at, @programVersion)
            """, new { step.Module, step.Number, step.Name, at = now.ToUnixTimeMilliseconds(), programVersion });
    }

    private static string Backup(SqliteConnection connection, string directory, string programVersion, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var stamp = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = Path.GetFileNameWithoutExtension(connection.DataSource);
        var path = Path.Combine(directory, $"{name}-before-{programVersion}-{stamp}.db");
        connection.Execute("vacuum into @path", new { path });
        return path;
    }
}
