namespace Tocsin.Kernel.Facts;

/// <summary>A check is confirmed down.</summary>
/// <param name="FirstFailedAt">Start of the first failed probe: the outage is dated back to it.</param>
/// <param name="Reason">Machine word, such as <c>timeout</c>, <c>refused</c>, <c>status</c>.</param>
/// <param name="Text">One sentence for people, such as "answered 500, expected 200".</param>
/// <param name="Target">What was probed, without credentials.</param>
/// <param name="Failures">Failed probes that confirmed it.</param>
[JournalKind("check.down")]
public sealed record CheckDown(
    CheckKey Check, ServiceKey Service, DateTimeOffset FirstFailedAt, string Reason, string Text, string Target, int Failures) : Fact
{
    public override Subject Subject => Subject.Of(Check);
    public override ServiceKey? OfService => Service;
}

/// <summary>A check answers, but not as it should: intermittent failures, or slower or poorer than allowed.</summary>
[JournalKind("check.degraded")]
public sealed record CheckDegraded(
    CheckKey Check, ServiceKey Service, DateTimeOffset FirstFailedAt, string Reason, string Text, string Target, int Failures) : Fact
{
    public override Subject Subject => Subject.Of(Check);
    public override ServiceKey? OfService => Service;
}

/// <summary>A check is confirmed up again.</summary>
/// <param name="UpSince">Start of the first good probe.</param>
/// <param name="BadForMs">From the first failed probe to <paramref name="UpSince"/>; 0 when it was never bad.</param>
[JournalKind("check.up")]
public sealed record CheckUp(
    CheckKey Check, ServiceKey Service, DateTimeOffset UpSince, long BadForMs, string Target) : Fact
{
    public override Subject Subject => Subject.Of(Check);
    public override ServiceKey? OfService => Service;
}

/// <summary>Tocsin cannot tell: evidence of a fault of its own.</summary>
[JournalKind("check.unknown")]
public sealed record CheckUnknown(CheckKey Check, ServiceKey Service, DateTimeOffset Since, string Reason, string Text) : Fact
{
    public override Subject Subject => Subject.Of(Check);
    public override ServiceKey? OfService => Service;
}

/// <summary>A check changed its mind so often that single changes are no longer written, until it is quiet.</summary>
[JournalKind("check.flapping")]
public sealed record CheckFlapping(CheckKey Check, ServiceKey Service, int ChangesInHour) : Fact
{
    public override Subject Subject => Subject.Of(Check);
    public override ServiceKey? OfService => Service;
}

/// <summary>The prober cannot see out: no verdict about targets is given until <see cref="ProberSighted"/>.</summary>
/// <param name="Evidence">What showed that the fault is ours, as a sentence.</param>
[JournalKind("prober.blind")]
public sealed record ProberBlind(DateTimeOffset Since, string Evidence) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>The prober sees again.</summary>
[JournalKind("prober.sighted")]
public sealed record ProberSighted(DateTimeOffset Since, long BlindForMs, string Evidence) : Fact
{
    public override Subject Subject => Subject.Server;
}
