using Dapper;
using Npgsql;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Postgres;

/// <summary>Brings a PostgreSQL database to the program's version: all steps in one transaction, one program at a time.</summary>
/// <remarks>PostgreSQL undoes the whole transaction when it is interrupted, so nothing half-migrated is ever left. Before
/// existing tables are changed, <c>pg_dump</c> writes a copy when that program is installed; otherwise the caller learns that there is none.</remarks>
internal static class PostgresMigrator
{
    private const long MigrationLock = 0x746F6373; // "tocs": any constant serves, all programs share it

    /// <param name="backupAsync">Called before an existing database is changed.</param>
    public static async Task RunAsync(NpgsqlDataSource source, IReadOnlyList<Migration> known, string programVersion, DateTimeOffset now,
        Func<Task> backupAsync)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
        await connection.ExecuteAsync($"select pg_advisory_xact_lock({MigrationLock})", commandTimeout: 0);
        await connection.ExecuteAsync(MigrationPlan.CreateTable);
        var applied = (await connection.QueryAsync<AppliedMigration>("select module, number, program_version from storage_migration")).AsList();
        var pending = MigrationPlan.Pending(known, applied);
        if (pending.Count > 0 && applied.Count > 0) await backupAsync();
        foreach (var step in pending)
        {
            foreach (var statement in MigrationPlan.Statements(step, SqlDialect.Postgres)) await connection.ExecuteAsync(statement, commandTimeout: 0);
            await connection.ExecuteAsync("""
                insert into storage_migration (module, number, name, applied_at, program_version)
                values (@Module, @Number, @Name, @at, @programVersion)
                """, new { step.Module, Number = (long)step.Number, step.Name, at = now.ToUnixTimeMilliseconds(), programVersion });
        }
        await transaction.CommitAsync();
    }
}
