using Tocsin.Kernel.Ports;
using Tocsin.Storage.Postgres;

namespace Tocsin.Storage;

/// <summary>How far readers may read without skipping what is not committed yet.</summary>
internal interface IJournalHorizon
{
    /// <returns>The greatest seq that may be read; <see cref="long.MaxValue"/> when commit order is seq order.</returns>
    Task<long> ReadAsync(CancellationToken cancellation);
}

/// <summary>SQLite has one writer: what can be seen is in order.</summary>
internal sealed class SqliteHorizon : IJournalHorizon
{
    public Task<long> ReadAsync(CancellationToken cancellation) => Task.FromResult(long.MaxValue);
}

/// <summary>On PostgreSQL the order of the two reads matters: last value first, then the announcements, each in its own snapshot.</summary>
/// <remarks>
/// A transaction announces the last value it saw before it takes its own. If it announced after the second read, its values
/// lie above the last value of the first; if before, its announcement is seen. Either way it is not passed.
/// </remarks>
internal sealed class PostgresHorizon(Npgsql.NpgsqlDataSource source) : IJournalHorizon
{
    public async Task<long> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var last = await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, PostgresOrder.LastValue);
        var announced = await Dapper.SqlMapper.ExecuteScalarAsync<long?>(connection, PostgresOrder.Announced);
        return Math.Min(last, announced ?? last);
    }
}
