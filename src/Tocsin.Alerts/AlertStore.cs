using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Alerts;

/// <summary>The SQL of alerts.</summary>
internal static class AlertStore
{
    private const int PartMax = 1_000;
    private const string Columns = "id, dedup_key, service, check_key, title, detail, severity, facet, started_at, fired_at, ended_at";

    public static async Task<Alert?> FiringAsync(IReadTx tx, string dedupKey) =>
        (await tx.FirstAsync<AlertRow>($"select {Columns} from alerts_alert where dedup_key = @dedupKey and ended_at is null", new { dedupKey }))
        ?.ToAlert();

    public static async Task<IReadOnlyList<Alert>> AllFiringAsync(IReadTx tx) =>
        [.. (await tx.QueryAsync<AlertRow>($"select {Columns} from alerts_alert where ended_at is null order by id")).Select(row => row.ToAlert())];

    public static async Task<Alert?> FindAsync(IReadTx tx, AlertId id) =>
        (await tx.FirstAsync<AlertRow>($"select {Columns} from alerts_alert where id = @Value", new { id.Value }))?.ToAlert();

    public static async Task<IReadOnlyList<Alert>> FindAsync(IReadTx tx, IReadOnlyCollection<AlertId> ids)
    {
        var found = new List<Alert>(ids.Count);
        foreach (var part in ids.Select(id => id.Value).Order().Chunk(PartMax)) // numbers of our own, not text from outside
        {
            found.AddRange((await tx.QueryAsync<AlertRow>($"select {Columns} from alerts_alert where id in ({string.Join(", ", part)}) order by id"))
                .Select(row => row.ToAlert()));
        }
        return found;
    }

    public static async Task<AlertId> InsertAsync(ITx tx, AlertSignal.Fire fire, DateTimeOffset now) => new(await tx.InsertAsync("""
        insert into alerts_alert (dedup_key, service, check_key, title, detail, severity, facet, started_at, fired_at)
        values (@DedupKey, @service, @check, @Title, @Detail, @severity, @Facet, @started, @fired) returning id
        """, new
    {
        fire.DedupKey,
        service = fire.Service?.Value,
        check = fire.Check?.Value,
        fire.Title,
        fire.Detail,
        severity = (long)fire.Severity,
        fire.Facet,
        started = fire.StartedAt.ToUnixTimeMilliseconds(),
        fired = now.ToUnixTimeMilliseconds(),
    }));

    public static Task<int> ChangeAsync(ITx tx, AlertId id, AlertSignal.Fire fire) => tx.ExecuteAsync(
        "update alerts_alert set title = @Title, detail = @Detail, severity = @severity where id = @Value",
        new { fire.Title, fire.Detail, severity = (long)fire.Severity, id.Value });

    public static Task<int> EndAsync(ITx tx, AlertId id, DateTimeOffset at) => tx.ExecuteAsync(
        "update alerts_alert set ended_at = @at where id = @Value", new { at = at.ToUnixTimeMilliseconds(), id.Value });
}
