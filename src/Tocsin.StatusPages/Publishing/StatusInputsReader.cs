using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>Collects what a snapshot is made of. For one caller at a time.</summary>
internal sealed class StatusInputsReader(
    IStore store, IRevisions revisions, IComponentStates states, IncidentQueries incidents, DayHistory history)
{
    public async Task<StatusInputs> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var revision = revisions.Current;
        var page = revision.Get<StatusPageModel>();
        var shown = page.Components.Select(component => component.Service).ToHashSet();
        var checks = (await states.ReadAsync(cancellation)).Where(check => shown.Contains(check.Service)).ToList();
        var affecting = (await incidents.SinceAsync(now.AddDays(-DayRecords.Count), cancellation))
            .Where(incident => incident.Services.Any(affected => shown.Contains(affected.Key))).ToList();
        var updates = affecting.Count == 0 ? [] : await store.ReadAsync(async tx =>
            await UpdateStore.SinceAsync(tx, affecting.MinBy(incident => incident.Id.Value)!.Id), cancellation);
        var days = await history.ReadAsync([.. checks.Select(check => check.Check)], now, cancellation);
        return new StatusInputs(page, revision.AppliedAt, checks, affecting, updates.ToLookup(update => update.Incident), days, now);
    }
}
