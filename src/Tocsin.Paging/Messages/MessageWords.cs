using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;
using Tocsin.Kernel.Facts;

namespace Tocsin.Paging.Messages;

/// <summary>Words for severities, durations and moments, and safe single lines of what others wrote.</summary>
internal static class MessageWords
{
    private static readonly ZonedDateTimePattern SameDay = ZonedDateTimePattern.CreateWithInvariantCulture("HH:mm:ss", null);
    private static readonly ZonedDateTimePattern OtherDay =
        ZonedDateTimePattern.CreateWithInvariantCulture("ddd d MMM yyyy, HH:mm:ss", null);

    public static string Of(Severity severity) => severity switch
    {
        Severity.Sev1 => "SEV1",
        Severity.Sev2 => "SEV2",
        Severity.Sev3 => "SEV3",
        Severity.Sev4 => "SEV4",
    };

    /// <summary>At most two units, cut, never rounded up; less than nothing is nothing.</summary>
    public static string Of(TimeSpan elapsed) => elapsed switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => $"{elapsed.Seconds} s",
        { TotalMinutes: < 5, Seconds: > 0 } => $"{elapsed.Minutes} min {elapsed.Seconds} s",
        { TotalHours: < 1 } => $"{elapsed.Minutes} min",
        { TotalDays: < 1, Minutes: > 0 } => $"{elapsed.Hours} h {elapsed.Minutes} min",
        { TotalDays: < 1 } => $"{elapsed.Hours} h",
        { Hours: > 0 } => $"{elapsed.Days} d {elapsed.Hours} h",
        _ => $"{elapsed.Days} d",
    };

    /// <summary>With zone; with the date unless it is the reader's today: <c>02:13:07 CET</c>.</summary>
    public static string Of(DateTimeOffset at, DateTimeZone zone, DateTimeOffset now)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(zone);
        var today = Instant.FromDateTimeOffset(now).InZone(zone).Date;
        var abbreviation = local.GetZoneInterval().Name;
        if (abbreviation[0] is '+' or '-') abbreviation = $"UTC{abbreviation}"; // zones without letters are named by offset
        return $"{(local.Date == today ? SameDay : OtherDay).Format(local)} {abbreviation}";
    }

    /// <summary>"a", "a and b", "a, b and c", "a, b and 4 more".</summary>
    public static string List(IReadOnlyList<string> names, int shownMax) => names.Count switch
    {
        0 => "",
        1 => names[0],
        _ when names.Count <= shownMax => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(", ", names.Take(shownMax - 1))} and {names.Count - shownMax + 1} more"),
    };

    /// <summary>One line without controls, line separators and marks that reverse the direction of writing.</summary>
    /// <param name="lengthMax">In UTF-16 units; a longer text ends in an ellipsis, never in half a character.</param>
    public static string Line(string text, int lengthMax)
    {
        var line = new StringBuilder(Math.Min(text.Length, lengthMax));
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (Rune.IsWhiteSpace(rune) || category is UnicodeCategory.Control)
            {
                if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
                continue;
            }
            if (category is UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D)) continue; // joiners belong to letters
            line.Append(rune);
            if (line.Length > lengthMax) return Cut(line, lengthMax);
        }
        return line.ToString().TrimEnd();
    }

    private static string Cut(StringBuilder line, int lengthMax)
    {
        var length = lengthMax - 1;
        if (char.IsHighSurrogate(line[length - 1])) length--;
        return line.ToString(0, length).TrimEnd() + "…";
    }
}
