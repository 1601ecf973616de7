using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Changes to intents from inside units, and counts for health.</summary>
internal sealed class DeliveryLedger(IStore store, TimeProvider clock) : ILedger, IHeldIntents
{
    public async Task<int> WithdrawAsync(ITx tx, string kind, Subject subject, string why, DateTimeOffset now)
    {
        var args = new { subject.Text, kind, why, now = now.ToUnixTimeMilliseconds() };
        await tx.ExecuteAsync("update ledger set withdrawn = @why where subject = @Text and kind = @kind and state = 'leased'", args);
        return await tx.ExecuteAsync("""
            update ledger set state = 'withdrawn', outcome = @why, ended_at = @now
            where subject = @Text and kind = @kind and state in ('due', 'held')
            """, args);
    }

    public async Task<IReadOnlyList<HeldIntent>> ListAsync(int limit, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 1_000) throw new ArgumentOutOfRangeException(nameof(limit), limit, "limit is 1 to 1,000");
        var rows = await store.QueryAsync<LedgerRow>("""
            select id, kind, idempotency_key, subject, payload, attempts, due_at, created_at
            from ledger where state = 'held' order by id limit @limit
            """, new { limit = (long)limit }, cancellation);
        return [.. rows.Select(row => new HeldIntent(row.Id, row.Kind, new Subject(row.Subject), DateTimeOffset.FromUnixTimeMilliseconds(row.DueAt)))];
    }

    public async Task<bool> ReleaseAsync(ITx tx, long id, DateTimeOffset now) => await tx.ExecuteAsync(
        "update ledger set state = 'due', due_at = @now where id = @id and state = 'held'",
        new { id, now = now.ToUnixTimeMilliseconds() }) == 1;

    public async Task<bool> DropAsync(ITx tx, long id, string why, DateTimeOffset now) => await tx.ExecuteAsync(
        "update ledger set state = 'withdrawn', outcome = @why, ended_at = @now where id = @id and state = 'held'",
        new { id, why, now = now.ToUnixTimeMilliseconds() }) == 1;

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
