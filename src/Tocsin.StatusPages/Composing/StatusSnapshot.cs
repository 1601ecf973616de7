using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>Everything that the public page says, at one moment. Immutable; made by <see cref="StatusComposer"/>.</summary>
public sealed record StatusSnapshot
{
    public required string Title { get; init; }
    public required string? Intro { get; init; }
    /// <summary>The state of everything in one sentence.</summary>
    public required string Sentence { get; init; }
    /// <summary>The worst state of the components.</summary>
    public required ComponentState Overall { get; init; }
    /// <summary>When something that the page says last changed; not after <see cref="AsOf"/>.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
    /// <summary>The moment that the page describes.</summary>
    public required DateTimeOffset AsOf { get; init; }
    /// <summary>In the order of the configuration.</summary>
    public required IReadOnlyList<PublicComponent> Components { get; init; }
    /// <summary>Not resolved, newest start first.</summary>
    public required IReadOnlyList<PublicIncident> Open { get; init; }
    /// <summary>Ended within the last 14 days, newest start first.</summary>
    public required IReadOnlyList<PublicIncident> Past { get; init; }

    public IEnumerable<PublicIncident> Incidents => Open.Concat(Past);
}

/// <param name="Since">When it came into its state; null when that is not known.</param>
/// <param name="Days">The last 90 days, oldest first, today last.</param>
/// <param name="Availability">Over those days; null when no day has data.</param>
public sealed record PublicComponent(
    ServiceKey Key, string Name, string? Description, ComponentState State, DateTimeOffset? Since, IReadOnlyList<DayRecord> Days,
    Availability? Availability);

/// <summary>An outage as the public is told of it.</summary>
/// <param name="Components">Those it affects, by key and public name. At least one.</param>
/// <param name="Status">The newest thing said.</param>
/// <param name="Updates">Newest first. At least one.</param>
public sealed record PublicIncident(
    IncidentId Id, string Name, UpdateStatus Status, ComponentState Impact, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    IReadOnlyList<(ServiceKey Key, string Name)> Components, IReadOnlyList<StatusUpdate> Updates)
{
    public bool IsOver => EndedAt is not null;
    public DateTimeOffset UpdatedAt => Updates[0].At;
}
