using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems;

/// <summary>What the record says about an outage, arranged as a postmortem. Computed anew from the record each time.</summary>
/// <param name="Zone">In which every time of the document is written.</param>
/// <param name="Cause">As somebody recorded it; null makes it a question.</param>
/// <param name="Timeline">Oldest first.</param>
/// <param name="Questions">The empty places: at most four.</param>
public sealed record PostmortemDraft(
    IncidentId Incident, string Title, Severity Severity, bool IsOver, string Zone, DraftMoments Moments, DraftTimes Times, IReadOnlyList<AffectedService> Services,
    DraftImpact Impact, DraftCause? Cause, IReadOnlyList<WrongTurn> MisleadingPaths, IReadOnlyList<DraftRow> Timeline,
    IReadOnlyList<PostmortemQuestion> Questions);

/// <summary>One moment of the outage: the value, where it comes from, and how exactly it is known.</summary>
/// <param name="Seq">The entry behind it, to be cited; 0 when it stands in the incident itself.</param>
public sealed record DraftMoment(ToldMoment When, string Source, long Seq)
{
    /// <summary>Null when it can be compared with nothing: unknown, or only the day is known.</summary>
    public DateTimeOffset? Comparable => When.Precision is Precision.Exact or Precision.About ? When.At : null;
}

/// <summary>The moments that every postmortem is asked for; null where the record has none.</summary>
/// <param name="Started">Users began to suffer (t0).</param>
/// <param name="Detected">First signal recorded (t1).</param>
/// <param name="Paged">First attempt to page somebody (t2).</param>
/// <param name="Notified">First page that a provider took, or that a person remembers (t3).</param>
/// <param name="Acknowledged">A person took it (t4).</param>
/// <param name="Mitigated">Users stopped suffering (t6).</param>
/// <param name="Resolved">It was over (t7).</param>
public sealed record DraftMoments(
    DraftMoment? Started, DraftMoment? Detected, DraftMoment? Paged, DraftMoment? Notified, DraftMoment? Acknowledged, DraftMoment? Mitigated,
    DraftMoment? Resolved);

/// <summary>How long each part of one outage took; null where a moment is missing, or where they contradict one another.</summary>
/// <param name="ToDetect">t1 − t0.</param>
/// <param name="ToNotify">t3 − t1.</param>
/// <param name="ToAcknowledge">t4 − t2.</param>
/// <param name="ToMitigate">t6 − t0.</param>
/// <param name="ToResolve">t7 − t0.</param>
/// <param name="Duration">From start to end.</param>
public sealed record DraftTimes(
    TimeSpan? ToDetect, TimeSpan? ToNotify, TimeSpan? ToAcknowledge, TimeSpan? ToMitigate, TimeSpan? ToResolve, TimeSpan? Duration);

/// <summary>How far it reached.</summary>
/// <param name="Told">A person's words; null when nobody gave any.</param>
/// <param name="ChecksFailed">Different checks of the affected services that failed. Measured.</param>
/// <param name="ChecksTotal">Checks of the affected services; 0 when they have none.</param>
public sealed record DraftImpact(Impact? Told, int ChecksFailed, int ChecksTotal)
{
    public bool IsMeasured => ChecksTotal > 0 && ChecksFailed > 0;
}

/// <param name="By">Who recorded it, in words; null when it stands in the incident itself.</param>
public sealed record DraftCause(string Text, string? By);

/// <summary>Something that was suspected and was not it.</summary>
/// <param name="By">Who looked; null when it was told afterwards and names nobody.</param>
/// <param name="RuledOutBy">Null for the same reason, and while nobody has ruled it out.</param>
/// <param name="Because">What ruled it out; null while nothing has.</param>
/// <param name="Length">How long it was followed; null when it is not known.</param>
public sealed record WrongTurn(
    string Suspect, string? By, ToldMoment Since, string? RuledOutBy, ToldMoment? RuledOutAt, string? Because, TimeSpan? Length)
{
    public bool IsRuledOut => Because is not null;
}

/// <summary>One row of the timeline.</summary>
public sealed record DraftRow(ToldMoment When, TimelineKind Kind, string Text, string By, long Seq);

/// <summary>An empty place that only a person can fill.</summary>
/// <param name="Key">Stable name: answers are kept under it.</param>
public sealed record PostmortemQuestion(string Key, string Text, string Hint);

/// <summary>The questions. Four at most, because five are not answered.</summary>
public static class PostmortemQuestions
{
    public const string WhyKey = "why", WellKey = "well", HardKey = "hard", ChangeKey = "change";

    public static readonly PostmortemQuestion
        Why = new(WhyKey, "Why was it possible?", "What made the fault possible, and what let it reach users? Conditions, not people."),
        CauseAndWhy = new(WhyKey, "What was the cause, and why was it possible?", "The record names no cause. Conditions, not people."),
        Well = new(WellKey, "What went well?", "What is worth keeping: a check that fired, somebody who knew, a rollback that worked."),
        Hard = new(HardKey, "What was hard, and where were we lucky?", "What was slow, missing or confusing; what could have been worse."),
        Change = new(ChangeKey, "What will we change, who does it, and by when?", "One line for each: what, who, until when. Few and finished beats many.");

    public static IReadOnlyList<PostmortemQuestion> For(bool hasCause) => [hasCause ? Why : CauseAndWhy, Well, Hard, Change];

    public static bool IsKey(string key) => key is WhyKey or WellKey or HardKey or ChangeKey;
}
