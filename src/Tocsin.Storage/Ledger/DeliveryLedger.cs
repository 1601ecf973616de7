using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Changes to intents from inside units, and counts for health.</summary>
internal sealed class DeliveryLedger(IStore store, TimeProvider clock) : ILedger
{
    public Task<int> WithdrawAsync(ITx tx, string kind, Subject subject, string why, DateTimeOffset now) => tx.ExecuteAsync("""
        update ledger set state = 'withdrawn', outcome = @why, ended_at = @now
        where subject = @Text and kind = @kind and state in ('due', 'held')
        """, new { subject.Text, kind, why, now = now.ToUnixTimeMilliseconds() });

    public async Task<LedgerState> StateAsync(CancellationToken cancellation = default)
    {
        var since = (clock.GetUtcNow() - TimeSpan.FromDays(1)).ToUnixTimeMilliseconds();
        var row = await store.FirstAsync<StateRow>("""
            select sum(case when state = 'due' then 1 else 0 end) as waiting,
                sum(case when state = 'leased' then 1 else 0 end) as leased,
                sum(case when state = 'held' then 1 else 0 end) as held,
                sum(case when state = 'failed' then 1 else 0 end) as failed,
                min(case when state = 'due' then due_at end) as oldest
            from ledger where state in ('due', 'leased', 'held') or (state = 'failed' and ended_at >= @since)
            """, new { since }, cancellation);
        return new LedgerState((int)(row?.Waiting ?? 0), (int)(row?.Leased ?? 0), (int)(row?.Held ?? 0), (int)(row?.Failed ?? 0),
            row?.Oldest is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }

    private sealed class StateRow
    {
        public long? Waiting { get; init; }
        public long? Leased { get; init; }
        public long? Held { get; init; }
        public long? Failed { get; init; }
        public long? Oldest { get; init; }
    }
}
