using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>What must be true of an outage's record when everything has come to rest.</summary>
internal sealed class OutageJudge(IReadTx tx, Outside outside)
{
    private readonly HashSet<string> received = outside.Received.ToHashSet(StringComparer.Ordinal);

    public async Task<IReadOnlyList<string>> JudgeAsync(IReadOnlySet<DateTimeOffset> accepted) =>
    [
        .. await FactsAsync(accepted),
        .. await AlertsAsync(),
        .. await PagesAsync(),
        .. await LedgerAsync(),
        .. await AllClearAsync(),
    ];

    private async Task<IEnumerable<string>> FactsAsync(IReadOnlySet<DateTimeOffset> accepted)
    {
        var down = await tx.QueryAsync<string>("select json_extract(body, '$.firstFailedAt') from journal where kind = 'check.down'");
        var skipped = await tx.QueryAsync<string>("select body from journal where kind = 'reader.skipped'");
        return [
            .. accepted.Except(down.Select(at => DateTimeOffset.Parse(at, null))).Select(at => $"the failure of {at:O} was accepted and is not in the journal"),
            .. skipped.Select(body => $"a reader gave up: {body}"),
        ];
    }

    private async Task<IEnumerable<string>> AlertsAsync() =>
    [
        .. (await tx.QueryAsync<long>("""
            select a.id from alerts_alert a where (select count(*) from journal where kind = 'alert.fired' and subject = 'alert/' || a.id) <> 1
            """)).Select(id => $"ALERT-{id} was not told exactly once"),
        .. (await tx.QueryAsync<long>("select id from alerts_alert where id not in (select alert from incidents_alert)"))
            .Select(id => $"ALERT-{id} belongs to no incident"),
        .. (await tx.QueryAsync<long>("""
            select i.id from incidents_incident i where (select count(*) from journal where kind = 'incident.opened' and subject = 'incident/' || i.id) <> 1
            """)).Select(id => $"INC-{id} was not opened exactly once"),
        .. (await tx.QueryAsync<long>("""
            select i.id from incidents_incident i where not exists (select 1 from paging_page p where p.incident = i.id)
                and not exists (select 1 from journal where kind in ('incident.acknowledged', 'incident.resolved') and subject = 'incident/' || i.id)
            """)).Select(id => $"INC-{id} woke nobody"),
    ];

    private async Task<IEnumerable<string>> PagesAsync() =>
    [
        .. (await tx.QueryAsync<PageRow>("""
            select p.id, p.state, l.state as ledger from paging_page p left join ledger l on l.idempotency_key = 'page/' || p.id
            where not ((p.state = 'sent' and l.state = 'delivered') or (p.state = 'failed' and l.state = 'failed')
                or (p.state = 'withdrawn' and l.state = 'withdrawn')) or l.state is null
            """)).Select(page => $"PAGE-{page.Id} is {page.State}, but {page.Ledger ?? "not"} in the ledger"),
        .. (await tx.QueryAsync<long>("""
            select p.id from paging_page p where (select count(*) from journal where subject = 'page/' || p.id
                and (kind in ('page.sent', 'page.withdrawn') or (kind = 'page.failed' and json_extract(body, '$.final')))) <> 1
            """)).Select(id => $"PAGE-{id} did not end exactly once in the journal"),
        .. (await tx.QueryAsync<long>("""
            select j.seq from journal j where j.kind = 'page.failed' and json_extract(j.body, '$.final') and not exists (
                select 1 from alerts_alert a where a.dedup_key = 'server/paging/' || json_extract(j.body, '$.method') || '/' || json_extract(j.body, '$.person'))
            """)).Select(seq => $"the failed page of entry {seq} raised no alert"),
    ];

    private async Task<IEnumerable<string>> LedgerAsync()
    {
        var rows = await tx.QueryAsync<IntentRow>("select idempotency_key as key, state, coalesce(outcome, '') as outcome from ledger");
        return [
            .. rows.Where(row => !row.IsAccountedFor(received)).Select(row => $"{row.Key} ended as '{row.State}: {row.Outcome}' and is not accounted for"),
            .. received.Except(rows.Select(row => row.Key)).Select(key => $"{key} was sent and never decided"),
        ];
    }

    /// <summary>Everybody whom a page reached is told when it is over.</summary>
    private async Task<IEnumerable<string>> AllClearAsync() =>
        (await tx.QueryAsync<long>("""
            select p.id from paging_page p where p.state = 'sent' and p.incident in (select id from incidents_incident where state = 'resolved') and not exists (
                select 1 from ledger l where l.kind = 'tell' and l.subject = 'incident/' || p.incident
                    and json_extract(l.payload, '$.person') = p.person and json_extract(l.payload, '$.what') = 'allClear'
                    and json_extract(l.payload, '$.entrySeq') = (
                        select max(seq) from journal where kind = 'incident.resolved' and subject = 'incident/' || p.incident))
            """)).Select(id => $"whoever got PAGE-{id} was not told that it is over");

    private sealed class PageRow
    {
        public long Id { get; init; }
        public string State { get; init; } = "";
        public string? Ledger { get; init; }
    }
}

/// <summary>A row of the ledger at rest.</summary>
internal sealed class IntentRow
{
    public string Key { get; init; } = "";
    public string State { get; init; } = "";
    public string Outcome { get; init; } = "";

    public bool IsAccountedFor(HashSet<string> received) => State switch
    {
        "delivered" => received.Contains(Key),
        "failed" or "withdrawn" => Outcome.Length > 0,
        _ => false,
    };
}
