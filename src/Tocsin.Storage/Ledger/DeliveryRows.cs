using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Reads the ledger for people.</summary>
internal sealed class DeliveryRows(IStore store) : IDeliveries
{
    public async Task<IReadOnlyList<DeliveryRow>> OpenAndFailedAsync(DateTimeOffset failedSince, int limit, CancellationToken cancellation = default)
    {
        if (limit is < 1 or > 1_000) throw new ArgumentOutOfRangeException(nameof(limit), limit, "expected 1 to 1,000");
        var rows = await store.QueryAsync<Row>("""
            select id, kind, subject, state, attempts, created_at, due_at, outcome, ended_at from ledger
            where state in ('due', 'leased', 'held') or (state = 'failed' and ended_at >= @since)
            order by id desc limit @limit
            """, new { since = failedSince.ToUnixTimeMilliseconds(), limit = (long)limit }, cancellation);
        return [.. rows.Select(row => row.ToDelivery())];
    }

    private sealed class Row
    {
        public long Id { get; init; }
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string State { get; init; } = "";
        public long Attempts { get; init; }
        public long CreatedAt { get; init; }
        public long DueAt { get; init; }
        public string? Outcome { get; init; }
        public long? EndedAt { get; init; }

        public DeliveryRow ToDelivery() => new(Id, Kind, new Subject(Subject), Enum.Parse<DeliveryState>(State, ignoreCase: true), (int)Attempts,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(DueAt), Outcome,
            EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null);
    }
}
