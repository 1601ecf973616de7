using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

public enum IncidentState { Open, Acknowledged, Resolved }

/// <summary>An outage and the work on it. Immutable.</summary>
/// <remarks>Alive over [StartedAt, EndedAt), UTC. Invariants: AckedBy and AckedAt come together and stay after the end;
/// ResolvesAt is set only while every alert has ended and the incident has not.</remarks>
public sealed record Incident
{
    public required IncidentId Id { get; init; }
    /// <summary>One line, 1 to 200 characters.</summary>
    public required string Title { get; init; }
    public required Severity Severity { get; init; }
    public required IncidentState State { get; init; }
    /// <summary>Affected services with their names, the one that most others need first. May be empty.</summary>
    public required IReadOnlyList<AffectedService> Services { get; init; }
    /// <summary>When users began to suffer, as it is known.</summary>
    public required ToldMoment Started { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public PersonKey? AckedBy { get; init; }
    public DateTimeOffset? AckedAt { get; init; }
    public DateTimeOffset? RecoveredAt { get; init; }
    /// <summary>When it resolves by itself unless an alert returns.</summary>
    public DateTimeOffset? ResolvesAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    /// <summary>When users were well again, as it is known; null while it lasts.</summary>
    public ToldMoment? Ended { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required bool IsDeclared { get; init; }
    /// <summary>Written up after it had ended: nobody was paged by us.</summary>
    public required bool IsPast { get; init; }
    public string? Cause { get; init; }
    public Impact? Impact { get; init; }
    /// <summary>Grows with every change; a save is conditional on it.</summary>
    public long Version { get; init; }

    public bool IsOver => State == IncidentState.Resolved;

    /// <summary>From start to end; null while it lasts or when either moment is unknown.</summary>
    public TimeSpan? Duration => Started.Precision is Precision.Exact or Precision.About
        && Ended?.Precision is Precision.Exact or Precision.About ? EndedAt - StartedAt : null;
}

/// <param name="Key">The service's key; for a service that the configuration does not know, made from its name.</param>
/// <param name="Name">As people wrote it.</param>
public sealed record AffectedService(ServiceKey Key, string Name);
