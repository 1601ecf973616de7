using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>Questions about incidents, for pages, the API and the modules below.</summary>
public sealed class IncidentQueries(IStore store, IJournal journal, IRevisions revisions)
{
    private const int RowsMax = 2_000;

    public Task<Incident?> FindAsync(IncidentId id, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentStore.FindAsync(tx, id), cancellation);

    /// <summary>The same inside a unit of another module.</summary>
    public static Task<Incident?> FindAsync(IReadTx tx, IncidentId id) => IncidentStore.FindAsync(tx, id);

    /// <summary>Not resolved, newest first.</summary>
    public Task<IReadOnlyList<Incident>> OpenAsync(CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentStore.OpenAsync(tx), cancellation);

    /// <summary>Newest start first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    public Task<IReadOnlyList<Incident>> RecentAsync(int limit, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentStore.RecentAsync(tx, Math.Clamp(limit, 1, 1_000)), cancellation);

    /// <summary>Those that lasted at or after a moment, newest start first; at most 500.</summary>
    public Task<IReadOnlyList<Incident>> SinceAsync(DateTimeOffset since, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentStore.OverlappingAsync(tx, since), cancellation);

    /// <summary>The alerts of an incident, in the order in which they fired.</summary>
    public Task<IReadOnlyList<Alert>> AlertsAsync(IncidentId id, CancellationToken cancellation = default) =>
        store.ReadAsync<IReadOnlyList<Alert>>(async tx =>
        {
            var alerts = new List<Alert>();
            foreach (var alert in await IncidentStore.AlertsAsync(tx, id))
            {
                if (await AlertQueries.FindAsync(tx, alert) is { } found) alerts.Add(found);
            }
            return alerts;
        }, cancellation);

    public Task<IReadOnlyList<Suspicion>> SuspicionsAsync(IncidentId id, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await Suspicions.AllAsync(tx, id), cancellation);

    /// <summary>The story: rows by time, then by order of record; oldest first.</summary>
    public async Task<IReadOnlyList<TimelineRow>> TimelineAsync(IncidentId id, CancellationToken cancellation = default)
    {
        var links = await store.QueryAsync<LinkRow>(
            "select seq, pinned from incidents_timeline where incident = @Value and hidden = 0 order by seq desc limit @max",
            new { id.Value, max = (long)RowsMax }, cancellation);
        var pinned = links.Where(link => link.Pinned != 0).Select(link => link.Seq).ToHashSet();
        var catalog = revisions.Current.Catalog;
        var entries = new List<JournalEntry>(links.Count);
        foreach (var part in links.Select(link => link.Seq).Chunk(500))
        {
            entries.AddRange(await journal.ReadAsync(new JournalQuery(Seqs: part, Limit: 500), cancellation));
        }
        return [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Seq)
            .Select(entry => TimelineText.Of(entry, pinned.Contains(entry.Seq), catalog)).OfType<TimelineRow>()];
    }

    /// <summary>Entries behind the story, unshortened, by time then seq: what a draft and a replay read.</summary>
    public async Task<IReadOnlyList<JournalEntry>> RecordAsync(IncidentId id, CancellationToken cancellation = default)
    {
        var rows = await TimelineAsync(id, cancellation);
        var entries = new List<JournalEntry>(rows.Count);
        foreach (var part in rows.Select(row => row.Seq).Chunk(500))
        {
            entries.AddRange(await journal.ReadAsync(new JournalQuery(Seqs: part, Limit: 500), cancellation));
        }
        return [.. entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Seq)];
    }

    private sealed class LinkRow
    {
        public long Seq { get; init; }
        public long Pinned { get; init; }
    }
}
