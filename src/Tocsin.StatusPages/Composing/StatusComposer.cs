using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>Decides what the public page says. Pure: no I/O, no clock.</summary>
internal static class StatusComposer
{
    public static readonly TimeSpan PastShown = TimeSpan.FromDays(14);

    public static StatusSnapshot Compose(StatusInputs inputs)
    {
        var checks = inputs.Checks.ToLookup(check => check.Service);
        var components = inputs.Page.Components.Select(component => ComposeComponent(component, [.. checks[component.Service]], inputs)).ToList();
        var incidents = inputs.Incidents.Select(incident => ComposeIncident(incident, inputs)).OfType<PublicIncident>()
            .OrderByDescending(incident => incident.StartedAt).ThenByDescending(incident => incident.Id.Value).ToList();
        var open = incidents.Where(incident => !incident.IsOver).ToList();
        var past = incidents.Where(incident => incident.EndedAt >= inputs.Now - PastShown).ToList();
        return new StatusSnapshot
        {
            Title = inputs.Page.Title,
            Intro = inputs.Page.Intro,
            Sentence = StatusSentence.Of(components, open.Count),
            Overall = components.Select(component => component.State).DefaultIfEmpty(ComponentState.Unknown).Max(),
            UpdatedAt = UpdatedAt(components, incidents, inputs),
            AsOf = inputs.Now,
            Components = components,
            Open = open,
            Past = past,
        };
    }

    private static PublicComponent ComposeComponent(ComponentModel component, IReadOnlyList<CheckBelief> checks, StatusInputs inputs)
    {
        var (state, since) = OfChecks(checks);
        foreach (var incident in inputs.Incidents)
        {
            if (!SpeaksFor(incident, component.Service, checks.Count > 0)) continue;
            var worse = ImpactOf(incident);
            if (worse > state || (worse == state && incident.StartedAt < since)) (state, since) = (worse, incident.StartedAt);
        }
        var intervals = inputs.Incidents.Where(incident => Names(incident, component.Service))
            .Select(incident => new BadInterval(incident.StartedAt, EndOf(incident) ?? inputs.Now, ImpactOf(incident))).ToList();
        var days = DayRecords.Of(checks.Select(check => inputs.Days.GetValueOrDefault(check.Check, [])), intervals, inputs.Now);
        return new PublicComponent(component.Service, component.Name, component.Description, state, since, days, Availability.Of(days));
    }

    /// <summary>All checks down is an outage, some is a part of one.</summary>
    internal static (ComponentState State, DateTimeOffset? Since) OfChecks(IReadOnlyList<CheckBelief> checks)
    {
        var judged = checks.Where(check => check.State is not null).ToList();
        if (judged.Count == 0) return (ComponentState.Unknown, null);
        var worst = judged.Max(check => RankOf(check.State!.Value));
        var inWorst = judged.Where(check => RankOf(check.State!.Value) == worst).ToList();
        return worst switch
        {
            ComponentState.MajorOutage when inWorst.Count < judged.Count => (ComponentState.PartialOutage, inWorst.Min(check => check.Since)),
            // It works since the last of its checks does; it is bad since the first of them is.
            ComponentState.Operational => (worst, inWorst.Max(check => check.Since)),
            _ => (worst, inWorst.Min(check => check.Since)),
        };
    }

    private static ComponentState RankOf(Outcome outcome) => outcome switch
    {
        Outcome.Up => ComponentState.Operational,
        Outcome.Unknown => ComponentState.Unknown,
        Outcome.Degraded => ComponentState.Degraded,
        Outcome.Down => ComponentState.MajorOutage,
    };

    /// <summary>Whether an incident makes a component worse now. Where checks exist they know better than an incident that they
    /// opened: a service whose own checks pass works, although what it needs may be down.</summary>
    private static bool SpeaksFor(Incident incident, ServiceKey service, bool hasChecks) =>
        !incident.IsOver && incident.RecoveredAt is null && Names(incident, service) && (incident.IsDeclared || !hasChecks);

    private static bool Names(Incident incident, ServiceKey service) => incident.Services.Any(affected => affected.Key == service);

    /// <summary>What a person said of the extent; else what the severity suggests.</summary>
    internal static ComponentState ImpactOf(Incident incident) => (incident.Impact?.Extent ?? Extent.Unknown) switch
    {
        Extent.Full => ComponentState.MajorOutage,
        Extent.Partial => ComponentState.PartialOutage,
        Extent.Degraded => ComponentState.Degraded,
        Extent.Unknown => incident.Severity switch
        {
            Severity.Sev1 => ComponentState.MajorOutage,
            Severity.Sev2 => ComponentState.PartialOutage,
            Severity.Sev3 or Severity.Sev4 => ComponentState.Degraded,
        },
    };

    // A past outage whose end nobody knows is not a bar that grows for ever.
    private static DateTimeOffset? EndOf(Incident incident) =>
        incident.EndedAt ?? incident.RecoveredAt ?? (incident.IsOver ? incident.StartedAt : null);

    private static PublicIncident? ComposeIncident(Incident incident, StatusInputs inputs)
    {
        var components = inputs.Page.Components.Where(component => Names(incident, component.Service))
            .Select(component => (component.Service, component.Name)).ToList();
        var updates = inputs.Updates[incident.Id].Reverse().ToList();
        if (components.Count == 0 || updates.Count == 0) return null;
        return new PublicIncident(incident.Id, NameOf(incident, components.ConvertAll(component => component.Name)), updates[0].Status,
            ImpactOf(incident), incident.StartedAt, PublicEndOf(incident, updates[0]), components, updates);
    }

    /// <summary>For the public it is over when it is over, or when a person told them so.</summary>
    private static DateTimeOffset? PublicEndOf(Incident incident, StatusUpdate newest) =>
        incident.IsOver ? EndOf(incident) ?? incident.StartedAt
        : newest.Status == UpdateStatus.Resolved ? EndOf(incident) ?? newest.At
        : null;

    /// <summary>A person's title is meant for people; a title made from an alert may name hosts and ports, and stays inside.</summary>
    internal static string NameOf(Incident incident, IReadOnlyList<string> components) =>
        incident.IsDeclared ? incident.Title : $"Problem with {StatusSentence.Join(components)}";

    private static DateTimeOffset UpdatedAt(IEnumerable<PublicComponent> components, IEnumerable<PublicIncident> incidents, StatusInputs inputs)
    {
        var moments = components.Select(component => component.Since).OfType<DateTimeOffset>()
            .Concat(incidents.Select(incident => incident.UpdatedAt)).Append(inputs.AppliedAt);
        var newest = moments.Max();
        return newest < inputs.Now ? newest : inputs.Now;
    }
}
