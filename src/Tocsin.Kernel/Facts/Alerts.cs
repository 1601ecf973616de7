namespace Tocsin.Kernel.Facts;

/// <summary>How much an incident hurts. 1 is worst.</summary>
public enum Severity { Sev1 = 1, Sev2 = 2, Sev3 = 3, Sev4 = 4 }

/// <summary>An alert began to fire.</summary>
/// <param name="DedupKey">Identity from the sender. Shape: 1 to 255 characters; unique among firing alerts.</param>
/// <param name="Check">The check behind it; null for alerts from outside and about the server itself.</param>
/// <param name="Title">One line, at most 200 characters.</param>
/// <param name="StartedAt">When the problem began; not after the entry.</param>
/// <param name="Facet">What it shares with others, for grouping: <c>host:…</c>, <c>cert:…</c>, <c>reason:…</c>; may be empty.</param>
[JournalKind("alert.fired")]
public sealed record AlertFired(
    AlertId Alert, string DedupKey, ServiceKey? Service, CheckKey? Check, string Title, string Detail, Severity Severity,
    DateTimeOffset StartedAt, string Facet) : Fact
{
    public override Subject Subject => Subject.Of(Alert);
    public override ServiceKey? OfService => Service;
}

/// <summary>A firing alert got worse or better without ending.</summary>
[JournalKind("alert.changed")]
public sealed record AlertChanged(
    AlertId Alert, string DedupKey, ServiceKey? Service, CheckKey? Check, string Title, string Detail, Severity Severity) : Fact
{
    public override Subject Subject => Subject.Of(Alert);
    public override ServiceKey? OfService => Service;
}

/// <summary>An alert stopped firing.</summary>
[JournalKind("alert.resolved")]
public sealed record AlertResolved(AlertId Alert, string DedupKey, ServiceKey? Service, CheckKey? Check, string Title, DateTimeOffset EndedAt)
    : Fact
{
    public override Subject Subject => Subject.Of(Alert);
    public override ServiceKey? OfService => Service;
}
