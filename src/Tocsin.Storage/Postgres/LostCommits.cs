using Dapper;
using Npgsql;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Postgres;

/// <summary>Asks what became of a transaction whose commit was sent and whose answer was lost.</summary>
/// <remarks>
/// Neither "it failed" nor "it worked" would be true: a unit told as failed is run again by its caller and would happen twice.
/// After a failover to a standby that had not received it, it counts as what the standby says, as all it had not received does.
/// </remarks>
internal sealed class LostCommits(NpgsqlDataSource source, StoreHealth health, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>A session that still holds the transaction is ended: it may wait for a commit that never arrived.</summary>
    private const string End = "select pg_terminate_backend(pid) from pg_stat_activity where backend_xid = @xid::xid8::xid";

    private const string Ask = "select pg_xact_status(@xid::xid8)";

    /// <summary>Asks until the database answers or the caller gives up.</summary>
    /// <param name="xid">The transaction's number as text.</param>
    /// <returns>True when it is committed, false when it never will be.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up; it is not known.</exception>
    public async Task<bool> IsCommittedAsync(string xid, NpgsqlException why, CancellationToken cancellation)
    {
        health.Failed(PostgresFailure.InWords(why));
        while (true)
        {
            try
            {
                if (await AskAsync(xid, cancellation) is { } isCommitted) return isCommitted;
            }
            catch (NpgsqlException error) when (PostgresFailure.IsOfTheDatabase(error))
            {
                health.Failed(PostgresFailure.InWords(error));
            }
            await Task.Delay(Pause, clock, cancellation);
        }
    }

    /// <returns>Null while it is still open.</returns>
    private async Task<bool?> AskAsync(string xid, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(End, new { xid });
        try
        {
            return await connection.ExecuteScalarAsync<string?>(Ask, new { xid }) switch
            {
                "committed" => true,
                "in progress" => null,
                // No status at all: so old that the server has forgotten it, which a commit of just now cannot be.
                _ => false,
            };
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return false; // a number that this server has not reached: it never received the transaction
        }
    }
}
