using System.Text.Json;

namespace Tocsin.StatusPages;

/// <summary><c>/status.json</c>: the page for programs.</summary>
/// <param name="Status">The worst of the components: <c>operational</c>, <c>maintenance</c>, <c>unknown</c>, <c>degraded</c>,
/// <c>partial</c> or <c>major</c>.</param>
/// <param name="UpdatedAt">When something that the page says last changed.</param>
/// <param name="AsOf">The moment that the page describes; older than two minutes means that nobody makes the page any more.</param>
/// <param name="Incidents">Open ones, then those that ended within 14 days; newest start first.</param>
public sealed record StatusJson(
    string Title, string Status, string Sentence, DateTimeOffset UpdatedAt, DateTimeOffset AsOf,
    IReadOnlyList<ComponentJson> Components, IReadOnlyList<IncidentJson> Incidents)
{
    internal static byte[] Write(StatusSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(new StatusJson(
        snapshot.Title, snapshot.Overall.Word, snapshot.Sentence, snapshot.UpdatedAt, snapshot.AsOf,
        [.. snapshot.Components.Select(ComponentJson.Of)], [.. snapshot.Incidents.Select(IncidentJson.Of)]), JsonSerializerOptions.Web);
}

/// <param name="Since">When it came into its state; null when that is not known.</param>
/// <param name="Availability">Over the days that have data; null when none has.</param>
/// <param name="Days">The last 90 UTC days, oldest first, today last.</param>
public sealed record ComponentJson(
    string Key, string Name, string? Description, string Status, DateTimeOffset? Since, AvailabilityJson? Availability,
    IReadOnlyList<DayJson> Days)
{
    internal static ComponentJson Of(PublicComponent component) => new(
        component.Key.Value, component.Name, component.Description, component.State.Word, component.Since,
        component.Availability is { } known ? new AvailabilityJson(Math.Round(known.Low, 6), Math.Round(known.High, 6), known.DaysWithData) : null,
        [.. component.Days.Select(day => new DayJson(day.On, day.Worst?.Word, Math.Round(day.DownShare, 6), Math.Round(day.UnknownShare, 6)))]);
}

/// <param name="Low">Share of the time, 0 to 1, with what nobody knows counted as bad.</param>
/// <param name="High">The same counted as good.</param>
public sealed record AvailabilityJson(double Low, double High, int DaysWithData);

/// <param name="Status">The worst of the day; null for a day without data.</param>
/// <param name="Down">Share of the day, 0 to 1.</param>
public sealed record DayJson(DateOnly On, string? Status, double Down, double Unknown);

/// <param name="Status"><c>investigating</c>, <c>identified</c>, <c>monitoring</c> or <c>resolved</c>.</param>
/// <param name="Impact">Words of a component's status.</param>
/// <param name="Components">Keys.</param>
/// <param name="Updates">Newest first.</param>
public sealed record IncidentJson(
    string Id, string Name, string Status, string Impact, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset UpdatedAt,
    IReadOnlyList<string> Components, IReadOnlyList<UpdateJson> Updates)
{
    internal static IncidentJson Of(PublicIncident incident) => new(
        PublicPaths.IdOf(incident.Id), incident.Name, incident.Status.Word, incident.Impact.Word, incident.StartedAt, incident.EndedAt, incident.UpdatedAt,
        [.. incident.Components.Select(component => component.Key.Value)],
        [.. incident.Updates.Select(update => new UpdateJson(update.At, update.Status.Word, update.Text))]);
}

/// <summary>What the public was told about an incident.</summary>
public sealed record UpdateJson(DateTimeOffset At, string Status, string Text);
