using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>Tells the public what happens to incidents, until a person does.</summary>
/// <remarks>Public is an incident that affects a component and was not written up after its end. Incidents about the server
/// itself have no services, and so are never public.</remarks>
internal sealed class StatusReader(IRevisions revisions) : IJournalReader
{
    public string Name => "statuspages";

    public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
    {
        switch (entry.Fact)
        {
            case IncidentOpened { Past: false } opened: await AnnounceAsync(tx, opened.Incident, entry, now); break;
            // A component may join later, or a person may name the services only then.
            case IncidentAlertJoined joined: await AnnounceAsync(tx, joined.Incident, entry, now); break;
            case IncidentDescribed { Services: not null } described: await AnnounceAsync(tx, described.Incident, entry, now); break;
            case IncidentAcknowledged acknowledged: await AcknowledgedAsync(tx, acknowledged, entry, now); break;
            case IncidentRecovered recovered: await RecoveredAsync(tx, recovered, entry, now); break;
            case IncidentResolved resolved: await ResolvedAsync(tx, resolved, entry, now); break;
            case IncidentReopened reopened: await ReopenedAsync(tx, reopened, entry, now); break;
        }
    }

    private async Task AnnounceAsync(ITx tx, IncidentId id, JournalEntry entry, DateTimeOffset now)
    {
        if (await IncidentQueries.FindAsync(tx, id) is not { IsPast: false, IsOver: false } incident) return;
        var components = ComponentsOf(incident);
        if (components.Count == 0 || await UpdateStore.NewestAsync(tx, id) is not null) return;
        await SayAsync(tx, id, UpdateStatus.Investigating, UpdateTexts.Opened(incident, components), entry, now);
    }

    private static async Task AcknowledgedAsync(ITx tx, IncidentAcknowledged acknowledged, JournalEntry entry, DateTimeOffset now)
    {
        // Whoever reads "identified" or "monitoring" already knows that somebody works on it.
        if (await UpdateStore.NewestAsync(tx, acknowledged.Incident) is not { Status: UpdateStatus.Investigating }) return;
        await SayAsync(tx, acknowledged.Incident, UpdateStatus.Investigating, UpdateTexts.Acknowledged, entry, now);
    }

    private async Task RecoveredAsync(ITx tx, IncidentRecovered recovered, JournalEntry entry, DateTimeOffset now)
    {
        if (await UpdateStore.NewestAsync(tx, recovered.Incident) is not { Status: not UpdateStatus.Resolved }
            || await IncidentQueries.FindAsync(tx, recovered.Incident) is not { } incident) return;
        var components = ComponentsOf(incident);
        if (components.Count == 0) return;
        await SayAsync(tx, incident.Id, UpdateStatus.Monitoring, UpdateTexts.Recovered(recovered.RecoveredAt, components), entry, now);
    }

    private static async Task ResolvedAsync(ITx tx, IncidentResolved resolved, JournalEntry entry, DateTimeOffset now)
    {
        if (await UpdateStore.NewestAsync(tx, resolved.Incident) is not { Status: not UpdateStatus.Resolved }
            || await IncidentQueries.FindAsync(tx, resolved.Incident) is not { } incident) return;
        await SayAsync(tx, incident.Id, UpdateStatus.Resolved, UpdateTexts.Resolved(incident, resolved.EndedAt), entry, now);
    }

    private static async Task ReopenedAsync(ITx tx, IncidentReopened reopened, JournalEntry entry, DateTimeOffset now)
    {
        if (await UpdateStore.NewestAsync(tx, reopened.Incident) is null) return;
        await SayAsync(tx, reopened.Incident, UpdateStatus.Investigating, UpdateTexts.Reopened, entry, now);
    }

    private IReadOnlyList<string> ComponentsOf(Incident incident) => [.. revisions.Current.Get<StatusPageModel>().Components
        .Where(component => incident.Services.Any(affected => affected.Key == component.Service)).Select(component => component.Name)];

    private static Task<StatusUpdate> SayAsync(ITx tx, IncidentId id, UpdateStatus status, string text, JournalEntry entry, DateTimeOffset now) =>
        UpdateStore.WriteAsync(tx, id, status, text, isAutomatic: true, Actor.Tocsin, now, entry);
}
