namespace Tocsin.Kernel.Facts;

/// <summary>Tocsin decided to wake a person: the intent, before anything is sent.</summary>
/// <param name="Method">Such as <c>mail</c>, <c>ntfy</c>, <c>webhook</c>.</param>
/// <param name="Step">One-based step of the escalation policy.</param>
/// <param name="Round">One-based repetition of the policy.</param>
[JournalKind("page.requested")]
public sealed record PageRequested(PageId Page, IncidentId Incident, PersonKey Person, string Method, int Step, int Round) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Page);
}

/// <summary>The provider took it. That somebody read it is not known.</summary>
/// <param name="Receipt">The provider's own words, at most 300 characters.</param>
[JournalKind("page.sent")]
public sealed record PageSent(PageId Page, IncidentId Incident, PersonKey Person, string Method, string Receipt, int Attempt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Page);
}

/// <summary>An attempt failed.</summary>
/// <param name="Final">True when it will not be tried again.</param>
[JournalKind("page.failed")]
public sealed record PageFailed(PageId Page, IncidentId Incident, PersonKey Person, string Method, string Reason, int Attempt, bool Final) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Page);
}

/// <summary>The intent ended before it was sent: acknowledged, resolved, or collapsed into a current one.</summary>
[JournalKind("page.withdrawn")]
public sealed record PageWithdrawn(PageId Page, IncidentId Incident, PersonKey Person, string Method, string Why) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Page);
}

/// <summary>The escalation moved to a step.</summary>
[JournalKind("escalation.stepped")]
public sealed record EscalationStepped(IncidentId Incident, int Step, int Round, IReadOnlyList<PersonKey> People, string Policy) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>A step named nobody who could be paged and was skipped at once.</summary>
[JournalKind("escalation.skipped")]
public sealed record EscalationSkipped(IncidentId Incident, int Step, int Round, string Why) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>The policy ran out of steps without an acknowledge.</summary>
[JournalKind("escalation.exhausted")]
public sealed record EscalationExhausted(IncidentId Incident, int Rounds, string Policy) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>Somebody who was paged was told that it is over, or that somebody else has it.</summary>
[JournalKind("page.told")]
public sealed record PageTold(IncidentId Incident, PersonKey Person, string Method, string What, bool Sent, string Receipt) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>Tocsin could not write and paged from memory. Written when writing works again.</summary>
[JournalKind("page.unrecorded")]
public sealed record PageUnrecorded(DateTimeOffset SentAt, PersonKey Person, string Method, string Reason, int ChecksDown) : Fact
{
    public override Subject Subject => Subject.Server;
}
