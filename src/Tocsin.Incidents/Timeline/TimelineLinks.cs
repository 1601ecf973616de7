using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>Chooses which entries of the journal belong to an incident's story. Links are rows; the journal never changes.</summary>
internal static class TimelineLinks
{
    /// <summary>How far before the start a change may lie to stand in the story (DESIGN §2).</summary>
    public static readonly TimeSpan ChangesBefore = TimeSpan.FromMinutes(60);

    private const string ChangeKinds = "('change.recorded', 'config.applied')";

    /// <summary>Links an entry to every incident that it tells about.</summary>
    public static async Task LinkAsync(ITx tx, JournalEntry entry, CatalogModel catalog)
    {
        switch (entry.Fact)
        {
            case IIncidentFact fact:
                await LinkAsync(tx, fact.Incident, entry.Seq, entry.At);
                break;
            case AlertFired { Alert: var alert }: await LinkAlertAsync(tx, alert, entry); break;
            case AlertChanged { Alert: var alert }: await LinkAlertAsync(tx, alert, entry); break;
            case AlertResolved { Alert: var alert }: await LinkAlertAsync(tx, alert, entry); break;
            case ChangeRecorded or ConfigApplied:
                foreach (var incident in await IncidentStore.OpenAsync(tx))
                {
                    if (IsOnPath(entry.Service, incident, catalog)) await LinkAsync(tx, incident.Id, entry.Seq, entry.At);
                }
                break;
        }
    }

    /// <summary>On opening or joining: the alert, what led to it, and the changes before it on its dependency path.</summary>
    public static async Task LinkBeforeOpeningAsync(ITx tx, Incident incident, Alert alert, JournalEntry? entry, CatalogModel catalog)
    {
        if (entry is not null)
        {
            await LinkAsync(tx, incident.Id, entry.Seq, entry.At);
            if (entry.Cause > 0) await LinkBySeqAsync(tx, incident.Id, entry.Cause);
        }
        var since = alert.StartedAt - ChangesBefore;
        var changes = await tx.QueryAsync<ChangeRow>(
            $"select seq, at, service from journal where kind in {ChangeKinds} and at >= @since order by seq desc limit 200",
            new { since = since.ToUnixTimeMilliseconds() });
        foreach (var change in changes)
        {
            if (!IsOnPath(change.Service is null ? null : new ServiceKey(change.Service), incident, catalog)) continue;
            await LinkAsync(tx, incident.Id, change.Seq, DateTimeOffset.FromUnixTimeMilliseconds(change.At));
        }
    }

    // A change without a service (our own configuration, a network change) may have touched anything.
    private static bool IsOnPath(ServiceKey? service, Incident incident, CatalogModel catalog) => service is not { } changed
        || incident.Services.Any(affected => affected.Key == changed || catalog.DependenciesOf(affected.Key).Contains(changed));

    private static async Task LinkAlertAsync(ITx tx, AlertId alert, JournalEntry entry)
    {
        foreach (var incident in await IncidentStore.OfAlertAsync(tx, alert))
        {
            await LinkAsync(tx, incident, entry.Seq, entry.At);
            if (entry.Cause > 0) await LinkBySeqAsync(tx, incident, entry.Cause);
        }
    }

    private static Task<int> LinkAsync(ITx tx, IncidentId incident, long seq, DateTimeOffset at) => tx.ExecuteAsync("""
        insert into incidents_timeline (incident, seq, at, pinned, hidden, linked_by) values (@incident, @seq, @at, 0, 0, 'tocsin')
        on conflict (incident, seq) do nothing
        """, new { incident = incident.Value, seq, at = at.ToUnixTimeMilliseconds() });

    private static Task<int> LinkBySeqAsync(ITx tx, IncidentId incident, long seq) => tx.ExecuteAsync("""
        insert into incidents_timeline (incident, seq, at, pinned, hidden, linked_by)
        select @incident, seq, at, 0, 0, 'tocsin' from journal where seq = @seq
        on conflict (incident, seq) do nothing
        """, new { incident = incident.Value, seq });

    private sealed class ChangeRow
    {
        public long Seq { get; init; }
        public long At { get; init; }
        public string? Service { get; init; }
    }
}
