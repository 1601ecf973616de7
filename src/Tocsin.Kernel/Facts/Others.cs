namespace Tocsin.Kernel.Facts;

/// <summary>A configuration was accepted and is in force.</summary>
/// <param name="Revision">First 12 hex digits of the SHA-256 of the text without secrets.</param>
[JournalKind("config.applied")]
public sealed record ConfigApplied(string Revision, string? Previous, string Summary, int Services, int Checks) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>A changed configuration was refused; the last good one stays in force.</summary>
[JournalKind("config.refused")]
public sealed record ConfigRefused(string InForce, int Errors, string FirstError) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>Something altered production.</summary>
/// <param name="Kind">Such as <c>deploy</c>, <c>config</c>, <c>network</c>, <c>data</c>. Shape of a key.</param>
/// <param name="Title">Such as <c>deploy/812</c>, one line.</param>
[JournalKind("change.recorded")]
public sealed record ChangeRecorded(
    ChangeId Change, string Kind, string Title, ServiceKey? Service, string? Description, string? Link, string? Author,
    DateTimeOffset HappenedAt) : Fact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>Users were told something on the status page.</summary>
/// <param name="Status"><c>investigating</c>, <c>identified</c>, <c>monitoring</c> or <c>resolved</c>.</param>
[JournalKind("status.updated")]
public sealed record StatusUpdated(IncidentId Incident, string Status, string Text, bool Automatic) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>A postmortem was drafted from the record.</summary>
[JournalKind("postmortem.drafted")]
public sealed record PostmortemDrafted(IncidentId Incident, int TimelineRows, int Questions) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>A person saved the text of a postmortem.</summary>
[JournalKind("postmortem.saved")]
public sealed record PostmortemSaved(IncidentId Incident, int Version) : Fact, IIncidentFact
{
    public override Subject Subject => Subject.Of(Incident);
}

/// <summary>The server began to work.</summary>
/// <param name="DownForMs">Since its last sign of life; 0 on the first start.</param>
[JournalKind("server.started")]
public sealed record ServerStarted(string Version, long DownForMs) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>The wall clock stepped against the monotonic one.</summary>
[JournalKind("server.clock_stepped")]
public sealed record ClockStepped(long ByMs) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>A journal reader gave up on one entry after several tries and went on: a bug of ours that needs a person.</summary>
[JournalKind("reader.skipped")]
public sealed record ReaderSkipped(string Reader, long EntrySeq, string EntryKind, string Error) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>A backup was restored; unsent intents are held for a person.</summary>
[JournalKind("server.restored")]
public sealed record ServerRestored(DateTimeOffset BackupTakenAt, long SeqBefore, long SeqAfter, int HeldIntents) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>An account appeared or changed.</summary>
/// <param name="What">Such as "invited", "made administrator", "signed in by link".</param>
[JournalKind("account.changed")]
public sealed record AccountChanged(PersonKey Person, string What) : Fact
{
    public override Subject Subject => Subject.Of(Person);
}

/// <summary>Somebody takes a shift for somebody else.</summary>
[JournalKind("oncall.overridden")]
public sealed record OnCallOverridden(string Schedule, PersonKey Person, DateTimeOffset From, DateTimeOffset Until, bool Removed) : Fact
{
    public override Subject Subject => Subject.Of(Person);
}

/// <summary>Alerts of a service or check do not page until then.</summary>
[JournalKind("silence.set")]
public sealed record SilenceSet(long Silence, ServiceKey? Service, CheckKey? Check, DateTimeOffset Until, string Why, bool Ended) : Fact
{
    public override Subject Subject => Subject.Server;
    public override ServiceKey? OfService => Service;
}
