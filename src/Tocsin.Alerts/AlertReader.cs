using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Alerts;

/// <summary>Keeps the alerts: fires, changes and resolves them as the journal tells.</summary>
internal sealed class AlertReader(IRevisions revisions) : IJournalReader
{
    public string Name => "alerts";

    public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
    {
        var revision = revisions.Current;
        foreach (var signal in AlertRules.Read(entry, revision))
        {
            switch (signal)
            {
                case AlertSignal.Fire fire: await FireAsync(tx, fire, entry, now); break;
                case AlertSignal.End end: await EndAsync(tx, end, entry, now); break;
            }
        }
        if (entry.Fact is IncidentResolved { Automatic: false, Incident: var incident }) await EndToldOverAsync(tx, incident, entry, now);
        if (entry.Fact is ConfigApplied) await EndOrphansAsync(tx, revision.Get<ChecksModel>(), entry, now);
    }

    private static async Task FireAsync(ITx tx, AlertSignal.Fire fire, JournalEntry entry, DateTimeOffset now)
    {
        if (await AlertStore.FiringAsync(tx, fire.DedupKey) is { } firing)
        {
            if (firing.Severity == fire.Severity && firing.Title == fire.Title) return;
            await AlertStore.ChangeAsync(tx, firing.Id, fire);
            tx.Append(new AlertChanged(firing.Id, fire.DedupKey, fire.Service, fire.Check, fire.Title, fire.Detail, fire.Severity),
                now, Actor.Tocsin, entry);
            return;
        }
        var id = await AlertStore.InsertAsync(tx, fire, now);
        tx.Append(new AlertFired(id, fire.DedupKey, fire.Service, fire.Check, fire.Title, fire.Detail, fire.Severity, fire.StartedAt, fire.Facet),
            now, Actor.Tocsin, entry);
    }

    private static async Task EndAsync(ITx tx, AlertSignal.End end, JournalEntry entry, DateTimeOffset now)
    {
        if (await AlertStore.FiringAsync(tx, end.DedupKey) is not { } firing) return;
        await AlertStore.EndAsync(tx, firing.Id, end.EndedAt);
        tx.Append(new AlertResolved(firing.Id, firing.DedupKey, firing.Service, firing.Check, firing.Title, end.EndedAt), now, Actor.Tocsin, entry);
    }

    // While such an alert fires, the next failure of its kind would be taken for the same one and page nobody.
    private static async Task EndToldOverAsync(ITx tx, IncidentId incident, JournalEntry entry, DateTimeOffset now)
    {
        var ending = (await AlertStore.AllFiringAsync(tx)).Where(alert => AlertRules.EndsByAPersonsWord(alert.DedupKey)).ToList();
        if (ending.Count == 0) return;
        var members = (await tx.QueryAsync<string>(
            "select body from journal where subject = @subject and kind in ('incident.opened', 'incident.alert_joined')",
            new { subject = Subject.Of(incident).Text })).Select(body => System.Text.Json.JsonSerializer.Deserialize<Member>(body, FactKinds.Json)?.Alert).ToHashSet();
        foreach (var alert in ending.Where(alert => members.Contains(alert.Id))) await EndAsync(tx, new AlertSignal.End(alert.DedupKey, now), entry, now);
    }

    /// <summary>What <see cref="IncidentOpened"/> and <see cref="IncidentAlertJoined"/> have in common.</summary>
    private sealed record Member(AlertId? Alert);

    // A check that left the configuration never comes up again: its alert would fire for ever.
    private static async Task EndOrphansAsync(ITx tx, ChecksModel checks, JournalEntry entry, DateTimeOffset now)
    {
        foreach (var alert in await AlertStore.AllFiringAsync(tx))
        {
            if (alert.Check is { } check && !checks.Checks.ContainsKey(check))
            {
                await EndAsync(tx, new AlertSignal.End(alert.DedupKey, now), entry, now);
            }
        }
    }
}
