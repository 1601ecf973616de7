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

    /// <summary>Traffic that was moved, or not, altered production as a deploy does.</summary>
    private const string ChangeKinds = "('change.recorded', 'config.applied', 'failover.started', 'failover.moved', 'failover.unproved', 'failover.refused', "
        + "'failover.proposed', 'failover.proposal_ended', 'failover.shadowed')";

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
            // Recorded late, a change may have happened long before: then it is no part of this story.
            case ChangeRecorded or ConfigApplied or IFailoverFact:
                foreach (var incident in await IncidentStore.OpenAsync(tx))
                {
                    if (entry.At < incident.StartedAt - ChangesBefore || !IsOnPath(entry.Service, incident, catalog)) continue;
                    await LinkAsync(tx, incident.Id, entry.Seq, entry.At);
                }
                break;
            // A step stands in the story of the incident from whose page it was asked, whatever its path, and in those on its path.
            case ITargetFact step:
                if (step.Incident is { } asked && await IncidentStore.FindAsync(tx, asked) is not null) await LinkAsync(tx, asked, entry.Seq, entry.At);
                foreach (var incident in await IncidentStore.OpenAsync(tx))
                {
                    if (IsOnPath(step.Service, incident, catalog)) await LinkAsync(tx, incident.Id, entry.Seq, entry.At);
                }
                break;
            case CheckUnknown unknown:
                foreach (var incident in await IncidentStore.OpenAsync(tx))
                {
                    if (incident.Services.Any(affected => affected.Key == unknown.Service)) await LinkAsync(tx, incident.Id, entry.Seq, entry.At);
                }
                break;
        }
    }

    /// <summary>On opening or joining: the alert, what led to it, and the changes before it on its dependency path.</summary>
    public static async Task LinkBeforeOpeningAsync(ITx tx, Incident incident, Alert alert, CatalogModel catalog)
    {
        // Found by what they tell, not by what is being read: an alert that a silence held back was told long ago.
        await tx.ExecuteAsync("""
            insert into incidents_timeline (incident, seq, at, pinned, hidden, linked_by)
            select @incident, seq, at, 0, 0, 'tocsin' from journal where seq in (
                select seq from journal where subject = @subject union
                select cause from journal where subject = @subject and cause > 0)
            on conflict (incident, seq) do nothing
            """, new { incident = incident.Id.Value, subject = Subject.Of(alert.Id).Text });
        await LinkChangesBeforeAsync(tx, incident, alert.StartedAt, catalog);
    }

    /// <summary>The changes of the hour before a moment, and those since, on the incident's dependency path.</summary>
    public static async Task LinkChangesBeforeAsync(ITx tx, Incident incident, DateTimeOffset start, CatalogModel catalog)
    {
        var changes = await tx.QueryAsync<ChangeRow>(
            $"select seq, at, service from journal where kind in {ChangeKinds} and at >= @since order by at desc, seq desc limit 200",
            new { since = (start - ChangesBefore).ToUnixTimeMilliseconds() });
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
