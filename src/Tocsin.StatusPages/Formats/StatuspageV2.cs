using System.Text.Json;

namespace Tocsin.StatusPages;

/// <summary>The shape that readers of other status pages expect ("Statuspage v2"), in snake case.</summary>
/// <remarks>It has no word for "cannot tell": such a component is given as <c>degraded_performance</c>, because calling it
/// operational would claim what nobody knows.</remarks>
internal static class StatuspageV2
{
    /// <summary>The word for the page as a whole where the other shape has a component's key.</summary>
    private const string PageId = "status";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Each file by its path under the base.</summary>
    public static readonly IReadOnlyList<(string Path, Func<StatusSnapshot, Uri?, byte[]> Write)> Files =
    [
        ("/summary.json", (snapshot, home) => Bytes(new
        {
            page = PageOf(snapshot, home), status = StatusOf(snapshot.Overall), components = ComponentsOf(snapshot),
            incidents = IncidentsOf(snapshot.Open, snapshot, home), scheduled_maintenances = Array.Empty<object>(),
        })),
        ("/status.json", (snapshot, home) => Bytes(new { page = PageOf(snapshot, home), status = StatusOf(snapshot.Overall) })),
        ("/components.json", (snapshot, home) => Bytes(new { page = PageOf(snapshot, home), components = ComponentsOf(snapshot) })),
        ("/incidents.json", (snapshot, home) =>
            Bytes(new { page = PageOf(snapshot, home), incidents = IncidentsOf(snapshot.Incidents, snapshot, home) })),
        ("/incidents/unresolved.json", (snapshot, home) =>
            Bytes(new { page = PageOf(snapshot, home), incidents = IncidentsOf(snapshot.Open, snapshot, home) })),
    ];

    private static Page PageOf(StatusSnapshot snapshot, Uri? home) =>
        new(PageId, snapshot.Title, PublicPaths.Absolute(home, PublicPaths.Page), "Etc/UTC", snapshot.UpdatedAt);

    private static List<Component> ComponentsOf(StatusSnapshot snapshot) =>
        [.. snapshot.Components.Select((component, index) => ComponentOf(component, index + 1, snapshot))];

    private static byte[] Bytes(object body) => JsonSerializer.SerializeToUtf8Bytes(body, Json);

    private static Status StatusOf(ComponentState overall) => overall switch
    {
        ComponentState.Operational => new("none", "All Systems Operational"),
        ComponentState.Maintenance => new("maintenance", "Service Under Maintenance"),
        ComponentState.Unknown or ComponentState.Degraded => new("minor", "Partially Degraded Service"),
        ComponentState.PartialOutage => new("major", "Partial System Outage"),
        ComponentState.MajorOutage => new("critical", "Major System Outage"),
    };

    private static string WordOf(ComponentState state) => state switch
    {
        ComponentState.Operational => "operational",
        ComponentState.Maintenance => "under_maintenance",
        ComponentState.Unknown or ComponentState.Degraded => "degraded_performance",
        ComponentState.PartialOutage => "partial_outage",
        ComponentState.MajorOutage => "major_outage",
    };

    private static string ImpactOf(ComponentState impact) => impact switch
    {
        ComponentState.Operational => "none",
        ComponentState.Maintenance => "maintenance",
        ComponentState.Unknown or ComponentState.Degraded => "minor",
        ComponentState.PartialOutage => "major",
        ComponentState.MajorOutage => "critical",
    };

    private static Component ComponentOf(PublicComponent component, int position, StatusSnapshot snapshot)
    {
        // Nobody records when a component was made: the first day that it has data stands for it.
        var first = component.Days.Where(day => day.Worst is not null).Select(day => (DateOnly?)day.On).FirstOrDefault();
        var changedAt = component.Since ?? snapshot.UpdatedAt;
        var madeAt = first is { } on ? new DateTimeOffset(on.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : changedAt;
        return new Component(component.Key.Value, component.Name, WordOf(component.State), madeAt < changedAt ? madeAt : changedAt, changedAt, position,
            component.Description, Showcase: true, first, GroupId: null, PageId, Group: false, OnlyShowIfDegraded: false);
    }

    private static List<Incident> IncidentsOf(IEnumerable<PublicIncident> incidents, StatusSnapshot snapshot, Uri? home)
    {
        var components = ComponentsOf(snapshot);
        return [.. incidents.Select(incident => new Incident(
            PublicPaths.IdOf(incident.Id), incident.Name, incident.Status.Word, incident.Updates[^1].At, incident.UpdatedAt,
            incident.Updates.FirstOrDefault(update => update.Status == UpdateStatus.Monitoring)?.At,
            incident.EndedAt is null ? null : incident.Updates.FirstOrDefault(update => update.Status == UpdateStatus.Resolved)?.At ?? incident.EndedAt,
            ImpactOf(incident.Impact), PublicPaths.Absolute(home, PublicPaths.Of(incident.Id)), incident.StartedAt, PageId,
            [.. incident.Updates.Select(UpdateOf)],
            [.. snapshot.Components.Zip(components).Where(pair => incident.Components.Any(affected => affected.Key == pair.First.Key)).Select(pair => pair.Second)],
            ReminderIntervals: null))];
    }

    private static Update UpdateOf(StatusUpdate update) => new(
        update.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), update.Status.Word, update.Text, PublicPaths.IdOf(update.Incident),
        update.At, update.At, update.At, AffectedComponents: null, DeliverNotifications: false, CustomTweet: null, TweetId: null);

    private sealed record Page(string Id, string Name, string Url, string TimeZone, DateTimeOffset UpdatedAt);

    private sealed record Status(string Indicator, string Description);

    private sealed record Component(
        string Id, string Name, string Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Position, string? Description,
        bool Showcase, DateOnly? StartDate, string? GroupId, string PageId, bool Group, bool OnlyShowIfDegraded);

    private sealed record Incident(
        string Id, string Name, string Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? MonitoringAt,
        DateTimeOffset? ResolvedAt, string Impact, string Shortlink, DateTimeOffset StartedAt, string PageId,
        IReadOnlyList<Update> IncidentUpdates, IReadOnlyList<Component> Components, string? ReminderIntervals);

    private sealed record Update(
        string Id, string Status, string Body, string IncidentId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset DisplayAt,
        IReadOnlyList<object>? AffectedComponents, bool DeliverNotifications, string? CustomTweet, string? TweetId);
}
