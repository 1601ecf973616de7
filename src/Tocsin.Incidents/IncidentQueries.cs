using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Incidents;

/// <summary>Questions about incidents, for pages, the API and the modules below.</summary>
public sealed class IncidentQueries(IStore store, IJournal journal, IRevisions revisions)
{
    private const int FirstMax = 500, LastMax = 1_500;

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

    /// <summary>One page of the incidents that fit, newest start first.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="size">Clamped to 1 to 1,000.</param>
    public Task<Paged<Incident>> ListAsync(IncidentFilter filter, int page, int size, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentListing.ReadAsync(tx, filter, Math.Max(1, page), Math.Clamp(size, 1, 1_000)), cancellation);

    /// <summary>Those that lasted at or after a moment, newest start first; at most 500.</summary>
    public Task<IReadOnlyList<Incident>> SinceAsync(DateTimeOffset since, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await IncidentStore.OverlappingAsync(tx, since), cancellation);

    /// <summary>The alerts of an incident, in the order in which they fired.</summary>
    public Task<IReadOnlyList<Alert>> AlertsAsync(IncidentId id, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await AlertQueries.FindAsync(tx, await IncidentStore.AlertsAsync(tx, id)), cancellation);

    public Task<IReadOnlyList<Suspicion>> SuspicionsAsync(IncidentId id, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await Suspicions.AllAsync(tx, id), cancellation);

    /// <summary>The story: rows by time, then by order of record; oldest first.</summary>
    public async Task<IReadOnlyList<TimelineRow>> TimelineAsync(IncidentId id, CancellationToken cancellation = default)
    {
        var isPast = await FindAsync(id, cancellation) is { IsPast: true };
        var links = await LinksAsync(id, cancellation);
        var catalog = revisions.Current.Catalog;
        var entries = await EntriesAsync(id, links, cancellation);
        // Of an outage told from memory, corrections of the record are not part of what happened.
        return [.. entries.Where(entry => !(isPast && entry.Fact is IncidentDescribed))
            .Select(entry => TimelineText.Of(entry, links.GetValueOrDefault(entry.Seq) is { Pinned: not 0 }, catalog)).OfType<TimelineRow>()];
    }

    /// <summary>Every entry behind the story, also those that make no row of it, by time then seq: what a draft and a replay read.</summary>
    public async Task<IReadOnlyList<JournalEntry>> RecordAsync(IncidentId id, CancellationToken cancellation = default) =>
        await EntriesAsync(id, await LinksAsync(id, cancellation), cancellation);

    /// <summary>The first and the last links: a story that is too long loses its middle, not its beginning.</summary>
    private async Task<IReadOnlyDictionary<long, LinkRow>> LinksAsync(IncidentId id, CancellationToken cancellation) =>
        await store.ReadAsync(async tx =>
        {
            var links = new Dictionary<long, LinkRow>();
            foreach (var (order, max) in new[] { ("asc", FirstMax), ("desc", LastMax) })
            {
                foreach (var link in await tx.QueryAsync<LinkRow>(
                    $"select seq, pinned, hidden from incidents_timeline where incident = @Value order by at {order}, seq {order} limit @max",
                    new { id.Value, max = (long)max })) links[link.Seq] = link;
            }
            return links;
        }, cancellation);

    private async Task<IReadOnlyList<JournalEntry>> EntriesAsync(
        IncidentId id, IReadOnlyDictionary<long, LinkRow> links, CancellationToken cancellation)
    {
        // The incident's own entries stand in the story at once, also before the reader has linked them.
        var entries = (await journal.ReadAsync(new JournalQuery(Subject: Subject.Of(id), Limit: FirstMax), cancellation)).ToDictionary(entry => entry.Seq);
        foreach (var part in links.Keys.Where(seq => !entries.ContainsKey(seq)).Chunk(500))
        {
            foreach (var entry in await journal.ReadAsync(new JournalQuery(Seqs: part, Limit: 500), cancellation)) entries[entry.Seq] = entry;
        }
        return [.. entries.Values.Where(entry => links.GetValueOrDefault(entry.Seq) is not { Hidden: not 0 }).OrderBy(entry => entry.At).ThenBy(entry => entry.Seq)];
    }

    private sealed class LinkRow
    {
        public long Seq { get; init; }
        public long Pinned { get; init; }
        public long Hidden { get; init; }
    }
}
