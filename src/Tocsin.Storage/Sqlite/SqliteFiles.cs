using Microsoft.Data.Sqlite;

namespace Tocsin.Storage.Sqlite;

/// <summary>How a database file is opened.</summary>
/// <param name="Path">The file; null is a private database in memory.</param>
/// <param name="Synchronous"><c>FULL</c> for facts, <c>NORMAL</c> for measurements; <c>OFF</c> only in the control of the power-loss test.</param>
internal sealed record SqliteFile(string? Path, string Synchronous)
{
    public SqliteConnection Open(bool readOnly = false)
    {
        Rows.Register();
        NativeSqlite.Load();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path ?? ":memory:",
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        Execute(connection, "pragma foreign_keys=off");
        if (readOnly) return connection;
        if (Path is not null) Execute(connection, "pragma journal_mode=wal");
        Execute(connection, $"pragma synchronous={Synchronous}");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
