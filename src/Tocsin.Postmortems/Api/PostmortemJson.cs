using Tocsin.Incidents;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Postmortems.Api;

/// <summary>A postmortem as programs read it.</summary>
/// <param name="Version">Of what people saved; 0 when nothing is. Send it back when saving.</param>
/// <param name="FollowsTheRecord">False once a person has edited the text.</param>
/// <param name="Impact">One sentence that says what was measured and what was told.</param>
/// <param name="Times">Seconds of this one outage; null where a moment is missing.</param>
public sealed record PostmortemJson(
    string Incident, int Version, string State, bool FollowsTheRecord, string Title, string Zone, string Window, IReadOnlyDictionary<string, MomentOfDraft?> Moments,
    TimesOfDraft Times, IReadOnlyList<string> Services, string Impact, string? Cause, IReadOnlyList<TurnOfDraft> MisleadingPaths,
    IReadOnlyList<RowOfDraft> Timeline, IReadOnlyList<PostmortemQuestion> Questions, IReadOnlyDictionary<string, string> Answers, string Markdown)
{
    internal static PostmortemJson From(PostmortemView view)
    {
        var draft = view.Draft;
        return new PostmortemJson(draft.Incident.ToString(), view.Saved.Version, view.Saved.State, view.FollowsTheRecord, draft.Title, draft.Zone,
            DraftWords.Window(draft), DraftWords.Moments(draft).ToDictionary(one => one.Word.ToLowerInvariant(), one => MomentOfDraft.From(one.Moment, draft.Zone)),
            TimesOfDraft.From(draft.Times), [.. draft.Services.Select(service => service.Name)], DraftWords.ImpactText(draft.Impact), draft.Cause?.Text,
            [.. draft.MisleadingPaths.Select(TurnOfDraft.From)],
            [.. DraftWords.Timed(draft).Select(row => new RowOfDraft(row.Row.When.At, row.Time, TimelineKinds.Word(row.Row.Kind), row.Row.Text, row.Row.By, row.Row.Seq))],
            draft.Questions, view.Saved.Answers, view.Markdown);
    }
}

/// <summary>A moment of the outage, and how it is known.</summary>
/// <param name="Text">As it stands in the document.</param>
/// <param name="Precision"><c>exact</c>, <c>about</c>, <c>dateOnly</c> or <c>unknown</c>.</param>
/// <param name="Source">How it is known.</param>
/// <param name="Seq">The journal entry behind it; 0 when a person told it.</param>
public sealed record MomentOfDraft(DateTimeOffset? At, string Text, string Precision, string Source, long Seq)
{
    internal static MomentOfDraft? From(DraftMoment? moment, string zone) => moment is null ? null : new MomentOfDraft(moment.When.At,
        DraftWords.At(moment.When, zone), System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(moment.When.Precision.ToString()), moment.Source, moment.Seq);
}

/// <summary>Seconds, by the definitions of this document: from start to detection, from detection to the first page taken, from the first
/// page to the acknowledge, from start to mitigation, from start to end.</summary>
public sealed record TimesOfDraft(long? ToDetect, long? ToNotify, long? ToAcknowledge, long? ToMitigate, long? ToResolve, string? Duration)
{
    internal static TimesOfDraft From(DraftTimes times) => new(Seconds(times.ToDetect), Seconds(times.ToNotify), Seconds(times.ToAcknowledge),
        Seconds(times.ToMitigate), Seconds(times.ToResolve), times.Duration is { } length ? TimeText.DurationExact(length) : null);

    private static long? Seconds(TimeSpan? length) => length is { } known ? (long)known.TotalSeconds : null;
}

/// <summary>A suspicion that led nowhere, and what it cost.</summary>
/// <param name="Seconds">From the suspicion until it was ruled out.</param>
public sealed record TurnOfDraft(string Suspect, string? By, DateTimeOffset? Since, string? RuledOutBy, DateTimeOffset? RuledOutAt, string? Because, long? Seconds)
{
    internal static TurnOfDraft From(WrongTurn turn) => new(turn.Suspect, turn.By, turn.Since.At, turn.RuledOutBy, turn.RuledOutAt?.At, turn.Because,
        turn.Length is { } length ? (long)length.TotalSeconds : null);
}

/// <summary>One row of the timeline.</summary>
/// <param name="Time">As it stands in the document.</param>
/// <param name="Seq">The journal entry behind it.</param>
public sealed record RowOfDraft(DateTimeOffset? At, string Time, string Kind, string Text, string By, long Seq);

/// <summary>Answers and text as somebody saves them.</summary>
/// <param name="Version">The version that was read; 0 when nothing was saved.</param>
/// <param name="Answers">All answers by the key of their question: <c>why</c>, <c>well</c>, <c>hard</c>, <c>change</c>. Markdown.</param>
/// <param name="Text">The whole text in Markdown; null follows the record.</param>
public sealed record PostmortemRequest(int Version, Dictionary<string, string>? Answers, string? Text);
