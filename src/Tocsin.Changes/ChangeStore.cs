using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes;

/// <summary>The SQL of changes.</summary>
internal static class ChangeStore
{
    private const string Columns = "id, kind, title, service, description, link, author, happened_at, recorded_at, recorded_by";

    /// <summary>Writes a change; the id it carries is ignored.</summary>
    /// <returns>Its id; null when a change of that request key is already there.</returns>
    /// <param name="isPlanned">It is only asked for: nothing is altered yet.</param>
    public static async Task<ChangeId?> InsertAsync(ITx tx, Change change, string? requestKey, bool isPlanned = false) =>
        // "do nothing" instead of a look before: two senders of one key may come at the same moment.
        await tx.FirstAsync<long?>("""
            insert into changes_change (kind, title, service, description, link, author, happened_at, recorded_at, recorded_by, request_key, planned)
            values (@Kind, @Title, @service, @Description, @Link, @Author, @happenedAt, @recordedAt, @recordedBy, @requestKey, @planned)
            on conflict (request_key) do nothing returning id
            """, new
        {
            change.Kind,
            change.Title,
            service = change.Service?.Value,
            change.Description,
            change.Link,
            change.Author,
            happenedAt = change.HappenedAt.ToUnixTimeMilliseconds(),
            recordedAt = change.RecordedAt.ToUnixTimeMilliseconds(),
            recordedBy = change.RecordedBy.Text,
            requestKey,
            planned = isPlanned ? 1L : 0L,
        }) is { } id ? new ChangeId(id) : null;

    public static async Task<Change> OfRequestAsync(IReadTx tx, string requestKey) =>
        (await tx.FirstAsync<ChangeRow>($"select {Columns} from changes_change where request_key = @requestKey", new { requestKey }))!.ToChange();

    public static async Task<Change?> FindAsync(IReadTx tx, ChangeId id) =>
        (await tx.FirstAsync<ChangeRow>($"select {Columns} from changes_change where id = @Value", new { id.Value }))?.ToChange();

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<Change>> RecentAsync(IReadTx tx, ServiceKey? service, int limit, int skipped = 0) => Read(await tx.QueryAsync<ChangeRow>(
        $"select {Columns} from changes_change where planned = 0 {(service is null ? "" : "and service = @service")} order by happened_at desc, id desc limit @limit offset @skipped",
        new { service = service?.Value, limit = (long)limit, skipped = (long)skipped }));

    public static Task<long> CountAsync(IReadTx tx) => tx.FirstAsync<long>("select count(*) from changes_change where planned = 0");

    /// <summary>Those that happened in [from, until], newest first.</summary>
    public static async Task<IReadOnlyList<Change>> BetweenAsync(IReadTx tx, DateTimeOffset from, DateTimeOffset until, int limit) =>
        Read(await tx.QueryAsync<ChangeRow>($"""
            select {Columns} from changes_change where happened_at >= @from and happened_at <= @until and planned = 0
            order by happened_at desc, id desc limit @limit
            """, new { from = from.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds(), limit = (long)limit }));

    private static IReadOnlyList<Change> Read(IReadOnlyList<ChangeRow> rows) => [.. rows.Select(row => row.ToChange())];
}

internal sealed class ChangeRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Service { get; init; }
    public string? Description { get; init; }
    public string? Link { get; init; }
    public string? Author { get; init; }
    public long HappenedAt { get; init; }
    public long RecordedAt { get; init; }
    public string RecordedBy { get; init; } = "";

    public Change ToChange() => new()
    {
        Id = new ChangeId(Id),
        Kind = Kind,
        Title = Title,
        Service = Service is null ? null : new ServiceKey(Service),
        Description = Description,
        Link = Link,
        Author = Author,
        HappenedAt = DateTimeOffset.FromUnixTimeMilliseconds(HappenedAt),
        RecordedAt = DateTimeOffset.FromUnixTimeMilliseconds(RecordedAt),
        RecordedBy = new Actor(RecordedBy),
    };
}
