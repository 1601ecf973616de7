using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>Turns alerts into incidents, notices recovery, and links every entry of the journal to the story it belongs to.</summary>
internal sealed class IncidentReader(IRevisions revisions) : IJournalReader
{
    public string Name => "incidents";

    public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
    {
        switch (entry.Fact)
        {
            case AlertFired fired:
                if (await AlertQueries.FindAsync(tx, fired.Alert) is { } alert) await PlaceAsync(tx, alert, entry, now);
                break;
            case AlertChanged changed:
                foreach (var id in await IncidentStore.OfAlertAsync(tx, changed.Alert)) await WorsenAsync(tx, id, changed.Severity, entry, now);
                break;
            case AlertResolved resolved:
                await EndAlertAsync(tx, resolved.Alert, resolved.EndedAt, Cause.Entry(entry.Seq), now);
                break;
            case IncidentOpened { Declared: true, Past: false } opened:
                if (await IncidentStore.FindAsync(tx, opened.Incident) is { } declared)
                {
                    await TimelineLinks.LinkChangesBeforeAsync(tx, declared, declared.StartedAt, revisions.Current.Catalog);
                }
                break;
        }
        await TimelineLinks.LinkAsync(tx, entry, revisions.Current.Catalog);
    }

    /// <summary>Gives a firing alert to an incident, unless a silence covers it: then the alert waits without one.</summary>
    /// <param name="entry">The entry that led here; null when a silence has ended.</param>
    public async Task PlaceAsync(ITx tx, Alert alert, JournalEntry? entry, DateTimeOffset now)
    {
        if (await IncidentStore.IsPlacedAsync(tx, alert.Id)) return;
        if ((await Silences.ActiveAsync(tx, now)).Any(silence => silence.Covers(alert.Service, alert.Check))) return;
        var catalog = revisions.Current.Catalog;
        var rules = revisions.Current.Get<IncidentRulesModel>();
        var candidates = await IncidentStore.CandidatesAsync(tx, now - rules.ReopenWithin);
        var cause = entry is null ? default : Cause.Entry(entry.Seq);
        var incident = Placement.Decide(alert, candidates, catalog) switch
        {
            PlacementDecision.Join join => await JoinAsync(tx, join, alert, cause, now),
            _ => await OpenAsync(tx, alert, cause, now),
        };
        await IncidentStore.LinkAlertAsync(tx, incident.Id, alert);
        await TimelineLinks.LinkBeforeOpeningAsync(tx, incident, alert, catalog);
        // The alert may have ended before its turn came.
        if (alert.EndedAt is { } ended) await EndAlertAsync(tx, alert.Id, ended, cause, now);
    }

    private async Task<Incident> OpenAsync(ITx tx, Alert alert, Cause cause, DateTimeOffset now)
    {
        var catalog = revisions.Current.Catalog;
        var incident = await IncidentStore.InsertAsync(tx, new Incident
        {
            Id = default,
            Title = alert.Title,
            Severity = alert.Severity,
            State = IncidentState.Open,
            Services = alert.Service is { } service ? [new AffectedService(service, catalog.NameOf(service))] : [],
            Started = ToldMoment.Exactly(alert.StartedAt),
            StartedAt = alert.StartedAt,
            OpenedAt = now,
            IsDeclared = false,
            IsPast = false,
        });
        tx.Append(new IncidentOpened(incident.Id, incident.Title, [.. incident.Services.Select(affected => affected.Key)], incident.Severity,
            incident.StartedAt, alert.Id, Declared: false, Past: false), now, Actor.Tocsin, cause);
        return incident;
    }

    private async Task<Incident> JoinAsync(ITx tx, PlacementDecision.Join join, Alert alert, Cause cause, DateTimeOffset now)
    {
        var catalog = revisions.Current.Catalog;
        var step = IncidentMachine.Apply(join.Incident, new IncidentCommand.Join(alert.Id, alert.Service, alert.Title, join.Because), now);
        var (next, described) = Describe(step.Next, alert, step.Reason == IncidentReason.Reopened, catalog);
        var saved = await IncidentStore.SaveAsync(tx, next);
        foreach (var service in saved.Services) await IncidentStore.AddServiceAsync(tx, saved.Id, service);
        foreach (var fact in step.Facts) tx.Append(fact, now, Actor.Tocsin, cause);
        if (described is not null) tx.Append(described, now, Actor.Tocsin, cause);
        return saved;
    }

    /// <summary>A joined alert may be worse, may tell the cause better, and may affect another service.</summary>
    private static (Incident Next, IncidentDescribed? Fact) Describe(
        Incident incident, Alert alert, bool isReopened, CatalogModel catalog)
    {
        var next = incident;
        if (alert.Severity < next.Severity) next = next with { Severity = alert.Severity };
        // A start that a person told, with its zone, is that person's to correct.
        if (alert.StartedAt < next.StartedAt && next.Started is { Precision: Precision.Exact, Zone: null })
        {
            next = next with { StartedAt = alert.StartedAt, Started = ToldMoment.Exactly(alert.StartedAt) };
        }
        if (alert.Service is { } service)
        {
            var affected = new AffectedService(service, catalog.NameOf(service));
            // What led the last time may be well this time: the first alert of a return leads until one nearer to the cause joins.
            var isNearer = isReopened
                || Placement.IsNearerToTheCause(service, next.Services.Count > 0 ? next.Services[0].Key : null, catalog);
            var others = next.Services.Where(other => other.Key != service);
            next = next with { Services = isNearer ? [affected, .. others] : next.Services.Any(other => other.Key == service) ? next.Services : [.. next.Services, affected] };
            if (isNearer && !next.IsDeclared) next = next with { Title = alert.Title };
        }
        var isSame = next.Title == incident.Title && next.Severity == incident.Severity && next.Started == incident.Started
            && next.Services.SequenceEqual(incident.Services);
        return (next, isSame ? null : new IncidentDescribed(incident.Id, next.Title != incident.Title ? next.Title : null,
            next.Severity != incident.Severity ? next.Severity : null, [.. next.Services.Select(other => other.Key)],
            next.Started != incident.Started ? next.Started : null, null, null, null));
    }

    private static async Task WorsenAsync(ITx tx, IncidentId id, Severity severity, JournalEntry entry, DateTimeOffset now)
    {
        if (await IncidentStore.TakeAsync(tx, id) is not { IsOver: false } incident || severity >= incident.Severity) return;
        await IncidentStore.SaveAsync(tx, incident with { Severity = severity });
        tx.Append(new IncidentDescribed(id, null, severity, null, null, null, null, null), now, Actor.Tocsin, entry);
    }

    private async Task EndAlertAsync(ITx tx, AlertId alert, DateTimeOffset endedAt, Cause cause, DateTimeOffset now)
    {
        await IncidentStore.EndAlertAsync(tx, alert, endedAt);
        var quiet = revisions.Current.Get<IncidentRulesModel>().QuietTime;
        foreach (var id in await IncidentStore.OfAlertAsync(tx, alert))
        {
            if (await IncidentStore.AllEndedAtAsync(tx, id) is not { } recoveredAt) continue;
            if (await IncidentStore.TakeAsync(tx, id) is not { } incident) continue;
            var step = IncidentMachine.Apply(incident, new IncidentCommand.Recover(recoveredAt, quiet), now);
            if (step.IsIgnored) continue;
            await IncidentStore.SaveAsync(tx, step.Next);
            foreach (var fact in step.Facts) tx.Append(fact, now, Actor.Tocsin, cause);
        }
    }
}
