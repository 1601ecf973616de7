namespace Tocsin.Kernel.Facts;

/// <summary>What a row of an incident's story is. The order is the usual order in time.</summary>
public enum TimelineKind
{
    Detected, Notified, Acknowledged, Hypothesis, RuledOut, Escalated, CauseFound, Action, Change, ToldUsers, Mitigated, Resolved, Note,
}

/// <summary>How exactly a moment is known.</summary>
public enum Precision { Exact, About, DateOnly, Unknown }

/// <summary>A moment as a person told it.</summary>
/// <param name="At">UTC; for <see cref="Precision.DateOnly"/> the start of that day in the zone; null when unknown.</param>
/// <param name="Zone">The zone it was told in: IANA name or offset such as <c>+02:00</c>; null when none was told.</param>
public sealed record ToldMoment(DateTimeOffset? At, Precision Precision, string? Zone)
{
    public static readonly ToldMoment Unknown = new(null, Precision.Unknown, null);
    public static ToldMoment Exactly(DateTimeOffset at) => new(at, Precision.Exact, null);
}

/// <summary>How far an outage reached.</summary>
public enum Extent { Unknown, Degraded, Partial, Full }

/// <summary>What users felt.</summary>
/// <param name="UsersPercent">0 to 100; null when nobody knows.</param>
/// <param name="UsersBasis">Where the share comes from, such as "a person's estimate" or "share of checks".</param>
public sealed record Impact(
    Extent Extent, double? UsersPercent, string? UsersBasis, string? Symptoms, string? Business, string? Reputation);

/// <summary>An incident began: an alert opened it or a person declared it.</summary>
/// <param name="Declared">True when a person declared it.</param>
/// <param name="Past">True when it was written up after it had ended: nobody is paged.</param>
[JournalKind("incident.opened")]
public sealed record IncidentOpened(
    IncidentId Incident, string Title, IReadOnlyList<ServiceKey> Services, Severity Severity, DateTimeOffset StartedAt,
    AlertId? Alert, bool Declared, bool Past) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
    public override ServiceKey? OfService => Services.Count > 0 ? Services[0] : null;
}

/// <summary>Another alert of the same cause joined.</summary>
/// <param name="Because">Why it belongs here, as a sentence.</param>
[JournalKind("incident.alert_joined")]
public sealed record IncidentAlertJoined(IncidentId Incident, AlertId Alert, ServiceKey? Service, string Title, string Because) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
    public override ServiceKey? OfService => Service;
}

/// <summary>A person took the incident.</summary>
/// <param name="Via">How: <c>page link</c>, <c>browser</c>, <c>command line</c>, <c>API</c>.</param>
[JournalKind("incident.acknowledged")]
public sealed record IncidentAcknowledged(IncidentId Incident, PersonKey By, string Via, PageId? Page) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>All alerts of the incident have ended; it resolves after the quiet time unless one returns.</summary>
[JournalKind("incident.recovered")]
public sealed record IncidentRecovered(IncidentId Incident, DateTimeOffset RecoveredAt, DateTimeOffset ResolvesAt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>The incident ended.</summary>
/// <param name="Automatic">True after confirmed recovery and the quiet time; false when a person resolved it.</param>
/// <param name="EndedAt">When users were well again; not after the entry.</param>
[JournalKind("incident.resolved")]
public sealed record IncidentResolved(IncidentId Incident, bool Automatic, DateTimeOffset EndedAt, bool WasAcknowledged, string? Note) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>The same failure came back within the reopening time.</summary>
[JournalKind("incident.reopened")]
public sealed record IncidentReopened(IncidentId Incident, AlertId? Alert, string Why) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>A person added a row to the story.</summary>
/// <param name="OccurredAt">When what it tells happened; may lie in the past.</param>
[JournalKind("incident.noted")]
public sealed record IncidentNoted(IncidentId Incident, TimelineKind Entry, string Text, ToldMoment OccurredAt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>Somebody suspects something and looks at it.</summary>
/// <param name="Suspicion">Number within the incident, from 1.</param>
/// <param name="Suspect">A service, a change or a free text, as written for people.</param>
[JournalKind("incident.suspected")]
public sealed record IncidentSuspected(
    IncidentId Incident, int Suspicion, string Suspect, ServiceKey? Service, ChangeId? Change, ToldMoment OccurredAt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>A suspicion ended: it was not that, and why.</summary>
[JournalKind("incident.ruled_out")]
public sealed record IncidentRuledOut(IncidentId Incident, int Suspicion, string Suspect, string Because, ToldMoment OccurredAt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>Facts about an incident that people correct: title, severity, services, start, end, impact, cause.</summary>
[JournalKind("incident.described")]
public sealed record IncidentDescribed(
    IncidentId Incident, string? Title, Severity? Severity, IReadOnlyList<ServiceKey>? Services, ToldMoment? Started,
    ToldMoment? Ended, Impact? Impact, string? CauseText) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}
