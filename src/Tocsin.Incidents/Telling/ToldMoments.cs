using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>Reads and writes moments as people tell them: with a zone, "about", a date only, or unknown.</summary>
public static partial class ToldMoments
{
    public const string Examples = "2024-01-25 10:00 UTC, 2024-01-25 10:00 Africa/Nairobi, about 2024-01-25 10:00, 2024-01-25, unknown";
    private const int LengthMax = 80;
    private const int YearMin = 1970, YearMax = 2200;

    /// <summary>Abbreviations that people write and that name one offset in outage reports; offsets in hours (tzdb, 2026).</summary>
    private static readonly Dictionary<string, double> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = 0, ["GMT"] = 0, ["Z"] = 0, ["WET"] = 0, ["BST"] = 1, ["CET"] = 1, ["WAT"] = 1, ["WEST"] = 1, ["CEST"] = 2, ["EET"] = 2,
        ["CAT"] = 2, ["SAST"] = 2, ["EAT"] = 3, ["EEST"] = 3, ["MSK"] = 3, ["IST"] = 5.5, ["JST"] = 9, ["EST"] = -5, ["EDT"] = -4,
        ["CST"] = -6, ["CDT"] = -5, ["MST"] = -7, ["MDT"] = -6, ["PST"] = -8, ["PDT"] = -7,
    };

    /// <param name="text">Such as <see cref="Examples"/>; empty is unknown.</param>
    /// <param name="defaultZone">Zone of a time without one: IANA name or offset.</param>
    /// <param name="defaultDate">Day of a time without one; null refuses such a time.</param>
    /// <returns>The moment; a local time that a clock change skips or repeats is refused with both readings.</returns>
    public static Parsed<ToldMoment> Parse(string? text, string defaultZone, LocalDate? defaultDate = null)
    {
        var told = text?.Trim() ?? "";
        if (told.Length > LengthMax) return Bad(told[..20] + "…");
        if (told.Length == 0 || told.Equals("unknown", StringComparison.OrdinalIgnoreCase)) return ToldMoment.Unknown;
        var match = Shape().Match(told);
        if (!match.Success) return Bad(told);
        if (!ReadDate(match, defaultDate).TryGet(out var date, out var error)) return Parsed<ToldMoment>.Bad(error);
        var zoneText = match.Groups["zone"].Value is { Length: > 0 } named ? WithoutSpaces(named) : defaultZone;
        if (!ReadZone(zoneText).TryGet(out var zone, out error)) return Parsed<ToldMoment>.Bad(error);
        if (!match.Groups["time"].Success)
        {
            return new ToldMoment(zone.AtStartOfDay(date).ToDateTimeOffset().ToUniversalTime(), Precision.DateOnly, zoneText);
        }
        if (!ReadTime(match).TryGet(out var time, out error)) return Parsed<ToldMoment>.Bad(error);
        return Resolve(date.At(time), zone, zoneText, match.Groups["about"].Success ? Precision.About : Precision.Exact);
    }

    // "Am" of America/New_York is no half of a day: a letter after it makes it a name.
    private const string TimeShape =
        @"(?<time>(?<hour>\d{1,2}):(?<minute>\d{2})(:(?<second>\d{2}))?)\s*(?<half>[ap]\.?m(?![a-z_/])\.?)?";

    private const string ZoneShape = @"(UTC|GMT)\s*[+\-]\s*\d{1,2}(:?\d{2})?|[a-z][a-z0-9_/+\-]*|[+\-]\d{1,2}(:?\d{2})?";

    [GeneratedRegex(
        @"^(?<about>(about|around|ca\.?|~)\s*)?((?<date>\d{4}-\d{2}-\d{2})([T\s]+" + TimeShape + ")?|" + TimeShape + @")\s*\(?(?<zone>" + ZoneShape + @")?\)?$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 200)]
    private static partial Regex Shape();

    private static Parsed<LocalDate> ReadDate(Match match, LocalDate? defaultDate)
    {
        if (!match.Groups["date"].Success)
        {
            return defaultDate is { } day ? day : Parsed<LocalDate>.Bad($"'{match.Value}' has no day; write it before the time, such as 2024-01-25 {match.Groups["time"].Value}");
        }
        if (!LocalDatePattern.Iso.Parse(match.Groups["date"].Value).TryGetValue(default, out var date))
        {
            return Parsed<LocalDate>.Bad($"{match.Groups["date"].Value} is not a day of the calendar; write year-month-day");
        }
        return date.Year is >= YearMin and <= YearMax ? date : Parsed<LocalDate>.Bad($"{date:uuuu-MM-dd} is not between {YearMin} and {YearMax}");
    }

    private static string WithoutSpaces(string zone) => zone.Replace(" ", "", StringComparison.Ordinal);

    private static Parsed<LocalTime> ReadTime(Match match)
    {
        int Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
        var (hour, minute, second) = (Number("hour"), Number("minute"), Number("second"));
        if (match.Groups["half"].Success)
        {
            if (hour is < 1 or > 12) return Parsed<LocalTime>.Bad($"{match.Groups["time"].Value} is not a time of a 12-hour clock");
            hour = hour % 12 + (match.Groups["half"].Value[0] is 'p' or 'P' ? 12 : 0);
        }
        return hour > 23 || minute > 59 || second > 59
            ? Parsed<LocalTime>.Bad($"{match.Groups["time"].Value} is not a time of day")
            : new LocalTime(hour, minute, second);
    }

    private static Parsed<ToldMoment> Resolve(LocalDateTime local, DateTimeZone zone, string zoneText, Precision precision)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count switch
        {
            1 => new ToldMoment(mapping.Single().ToDateTimeOffset().ToUniversalTime(), precision, zoneText),
            0 => Parsed<ToldMoment>.Bad($"{local:uuuu-MM-dd HH:mm} does not exist in {zoneText}: clocks were put forward; give an offset such as +01:00"),
            _ => Parsed<ToldMoment>.Bad($"{local:uuuu-MM-dd HH:mm} came twice in {zoneText}: clocks were put back; give the offset, "
                + $"{OffsetText(mapping.First().Offset)} or {OffsetText(mapping.Last().Offset)}"),
        };
    }

    /// <summary>Reads an IANA name, an abbreviation or an offset (<c>+02:00</c>, <c>UTC+2</c>, <c>GMT + 2</c>).</summary>
    public static Parsed<DateTimeZone> ReadZone(string text)
    {
        if (Abbreviations.TryGetValue(text, out var hours)) return Fixed(TimeSpan.FromHours(hours));
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is { } named) return Parsed<DateTimeZone>.Of(named);
        var offset = Offset().Match(WithoutSpaces(text));
        if (!offset.Success) return Parsed<DateTimeZone>.Bad($"'{text}' is not a zone; write a name such as Africa/Nairobi, or an offset such as +03:00");
        var minutes = offset.Groups["m"].Success ? int.Parse(offset.Groups["m"].Value, CultureInfo.InvariantCulture) : 0;
        var length = new TimeSpan(int.Parse(offset.Groups["h"].Value, CultureInfo.InvariantCulture), minutes, 0);
        return minutes > 59 || length > TimeSpan.FromHours(14)
            ? Parsed<DateTimeZone>.Bad($"'{text}' is not an offset: at most 14 hours, and minutes below 60")
            : Fixed(offset.Groups["sign"].Value == "-" ? -length : length);
    }

    private static Parsed<DateTimeZone> Fixed(TimeSpan offset) =>
        Parsed<DateTimeZone>.Of(DateTimeZone.ForOffset(NodaTime.Offset.FromTimeSpan(offset)));

    [GeneratedRegex(@"^(UTC|GMT)?(?<sign>[+\-])(?<h>\d{1,2})(:?(?<m>\d{2}))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Offset();

    private static Parsed<ToldMoment> Bad(string text) => Parsed<ToldMoment>.Bad(NotAMoment(text));

    private static string NotAMoment(string text) => $"'{text}' is not a moment; write one such as {Examples}";

    /// <summary>As it was told: in its own zone, or in <paramref name="zone"/> when it names none. Can be read back.</summary>
    /// <param name="withDate">False leaves the date out, for rows under a heading that has it.</param>
    /// <param name="withZone">False leaves the zone out where it is told once for all; an hour that came twice keeps its offset.</param>
    public static string InWords(ToldMoment moment, string zone, bool withDate = true, bool withZone = true)
    {
        if (moment.At is not { } at) return "unknown";
        var zoneText = moment.Zone ?? zone;
        if (!ReadZone(zoneText).TryGet(out var resolved, out _)) (resolved, zoneText) = (DateTimeZone.Utc, "UTC");
        var zoned = Instant.FromDateTimeOffset(at).InZone(resolved);
        var local = zoned.LocalDateTime;
        var date = local.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
        if (moment.Precision == Precision.DateOnly) return withZone && zoneText != zone ? $"{date} {zoneText}" : date;
        var clock = local.ToString(local.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
        var suffix = resolved.MapLocal(local).Count > 1 ? $" {OffsetText(zoned.Offset)}" : withZone ? $" {zoneText}" : "";
        return (moment.Precision == Precision.About ? "about " : "") + (withDate ? $"{date} {clock}" : clock) + suffix;
    }

    private static string OffsetText(Offset offset) => offset.ToString("+HH:mm", CultureInfo.InvariantCulture);
}
