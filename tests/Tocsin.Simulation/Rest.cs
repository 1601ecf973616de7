using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>Whether readers and ledger have anything left to do.</summary>
internal static class Rest
{
    /// <returns>When the ledger is due next, or at once when a reader lags; null when all is done.</returns>
    public static async Task<DateTimeOffset?> UntilAsync(IReadTx tx)
    {
        var lagging = await tx.FirstAsync<long>(
            "select count(*) from journal_cursor where seq < (select coalesce(max(seq), 0) from journal)");
        if (lagging > 0) return DateTimeOffset.MinValue;
        var due = await tx.FirstAsync<long?>("""
            select min(case when state = 'leased' then coalesce(leased_until, 0) else due_at end) from ledger where state in ('due', 'leased')
            """);
        return due is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
