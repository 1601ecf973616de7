using Tocsin.Incidents;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Postmortems;

/// <summary>The sentences of a draft, the same in every rendering. Pure.</summary>
internal static class DraftWords
{
    private const int LengthOfADate = 10;

    /// <returns>Such as <c>4 h 00 min, from 2024-01-25 10:00 to 14:00 (UTC)</c>.</returns>
    public static string Window(PostmortemDraft draft)
    {
        var (started, resolved) = (draft.Moments.Started, draft.Moments.Resolved);
        if (started is null && resolved is null) return draft.IsOver ? "not recorded" : "it goes on";
        var length = draft.Times.Duration is { } duration ? TimeText.DurationExact(duration) : draft.IsOver ? "not known exactly" : "it goes on";
        var from = At(started?.When, draft.Zone);
        var until = draft.IsOver ? At(resolved?.When, draft.Zone) : "now";
        var sameDay = from.Length > LengthOfADate && until.Length > LengthOfADate && from[..LengthOfADate] == until[..LengthOfADate];
        return $"{length}, from {from} to {(sameDay ? until[(LengthOfADate + 1)..] : until)} ({draft.Zone})";
    }

    /// <summary>A moment in the zone of the document, without naming it.</summary>
    public static string At(ToldMoment? moment, string zone) =>
        moment is null ? "unknown" : ToldMoments.InWords(InZone(moment), zone, withZone: false);

    /// <summary>Each row with its time; the date stands in the first row and wherever it changes.</summary>
    public static IEnumerable<(string Time, DraftRow Row)> Timed(PostmortemDraft draft)
    {
        var day = "";
        foreach (var row in draft.Timeline)
        {
            var date = DateOf(row.When, draft.Zone);
            var time = ToldMoments.InWords(InZone(row.When), draft.Zone, withDate: date != day, withZone: false);
            if (date.Length > 0) day = date;
            yield return (time, row);
        }
    }

    private static string DateOf(ToldMoment moment, string zone) => moment.At is { } at
        ? ToldMoments.InWords(InZone(moment) with { At = at, Precision = Precision.DateOnly }, zone, withZone: false) : "";

    // A day without a time stays the day that was told; everything else is comparable in one zone.
    private static ToldMoment InZone(ToldMoment moment) => moment.Precision == Precision.DateOnly ? moment : moment with { Zone = null };

    public static IEnumerable<(string Word, DraftMoment? Moment, string Taken)> Moments(PostmortemDraft draft)
    {
        var (moments, times) = (draft.Moments, draft.Times);
        yield return ("Started", moments.Started, "");
        yield return ("Detected", moments.Detected, Taken(times.ToDetect, "after the start"));
        yield return ("Notified", moments.Notified, Taken(times.ToNotify, "after detection"));
        yield return ("Acknowledged", moments.Acknowledged, Taken(times.ToAcknowledge, "after the first page"));
        yield return ("Mitigated", moments.Mitigated, Taken(times.ToMitigate, "after the start"));
        yield return ("Resolved", moments.Resolved, Taken(times.ToResolve, "after the start"));
    }

    private static string Taken(TimeSpan? length, string after) => length is { } known ? $"{TimeText.DurationExact(known)} {after}" : "";

    /// <summary>How far it reached, and whether that was measured or told. Plain text.</summary>
    public static string ImpactText(DraftImpact impact)
    {
        var parts = new List<string>();
        if (impact.Told is { } told)
        {
            if (told.Extent != Extent.Unknown) parts.Add(told.Extent switch
            {
                Extent.Full => "full outage",
                Extent.Partial => "partial outage",
                Extent.Degraded => "degraded service",
                Extent.Unknown => "",
            });
            if (told.UsersPercent is { } share)
            {
                parts.Add(FormattableString.Invariant($"{share:0.##} % of users ({told.UsersBasis ?? "a person's estimate"})"));
            }
        }
        if (impact.IsMeasured) parts.Add($"{impact.ChecksFailed} of {impact.ChecksTotal} checks of the affected services failed (measured)");
        return parts.Count == 0 ? "not recorded" : string.Join("; ", parts);
    }

    /// <summary>The same as Markdown.</summary>
    public static string Impact(DraftImpact impact) => MarkdownText.Escape(ImpactText(impact));

    /// <summary>What ended it, as Markdown.</summary>
    public static string Resolution(PostmortemDraft draft)
    {
        var steps = draft.Timeline.Where(row => row.Kind is TimelineKind.Action or TimelineKind.Mitigated or TimelineKind.Resolved)
            .Select(row => row.Text.TrimEnd('.')).ToList();
        return steps.Count == 0 ? draft.IsOver ? "not recorded." : "it goes on."
            : MarkdownText.Escape(string.Join("; ", steps.Distinct())) + ".";
    }

    /// <returns>Such as <c>Orders database: suspected by Ada at 12:05, ruled out by Bob after 10 min: latency as usual</c>.</returns>
    public static string Turn(WrongTurn turn, string zone)
    {
        var by = turn.By is null ? "" : $" by {turn.By}";
        var since = turn.Since.At is null ? "" : $" at {ToldMoments.InWords(InZone(turn.Since), zone, withDate: false, withZone: false)}";
        var length = turn.Length is { } known ? TimeText.Duration(known) : null;
        var end = turn.IsRuledOut
            ? $", ruled out{(turn.RuledOutBy is null ? "" : $" by {turn.RuledOutBy}")}{(length is null ? "" : $" after {length}")}: {turn.Because}"
            : length is not null ? $", followed for {length}" : ", not ruled out";
        return $"{turn.Suspect.TrimEnd('.')} (suspected{by}{since}{end})";
    }
}
