using System.Globalization;

namespace Tocsin.Web;

/// <summary>Times and durations as people read them. Pure; the same text in pages, mails and print.</summary>
public static class TimeText
{
    private static readonly (long Seconds, string One, string Many)[] Units =
        [(86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min"), (1, "s", "s")];

    /// <summary>A length in at most two neighbouring units, rounded down: <c>42 s</c>, <c>3 h 20 min</c>, <c>2 days 4 h</c>.</summary>
    /// <remarks>Under one second in milliseconds. A negative length has a minus sign before it.</remarks>
    public static string Duration(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "−" + Duration(Magnitude(length));
        if (length < TimeSpan.FromSeconds(1)) return Milliseconds(length);
        var (unit, count, below) = Largest(length);
        var first = Quantity(count, unit);
        var second = unit + 1 < Units.Length ? below / Units[unit + 1].Seconds : 0;
        return second == 0 ? first : $"{first} {Quantity(second, unit + 1)}";
    }

    /// <summary>A length to compare with others: the second unit always stands, with two digits: <c>4 h 00 min</c>.</summary>
    public static string DurationExact(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "−" + DurationExact(Magnitude(length));
        if (length < TimeSpan.FromSeconds(1)) return Milliseconds(length);
        var (unit, count, below) = Largest(length);
        if (unit + 1 == Units.Length) return Quantity(count, unit);
        var second = below / Units[unit + 1].Seconds;
        return $"{Quantity(count, unit)} {second.ToString("00", CultureInfo.InvariantCulture)} {Units[unit + 1].Many}";
    }

    /// <summary>A length in one unit, rounded down: <c>4 min</c>. For glances and labels.</summary>
    public static string Short(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "−" + Short(Magnitude(length));
        if (length < TimeSpan.FromSeconds(1)) return "0 s";
        var (unit, count, _) = Largest(length);
        return Quantity(count, unit);
    }

    /// <summary>How far a moment is from now, in one unit: <c>now</c>, <c>4 min ago</c>, <c>in 3 h</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var ago = now - at;
        return Magnitude(ago) < TimeSpan.FromSeconds(1) ? "now"
            : ago > TimeSpan.Zero ? $"{Short(ago)} ago"
            : $"in {Short(-ago)}";
    }

    /// <summary><c>2024-01-25 10:00 UTC</c>; with <paramref name="seconds"/> <c>2024-01-25 10:00:07 UTC</c>.</summary>
    public static string Absolute(DateTimeOffset at, TimeZoneInfo zone, bool seconds = false) =>
        Format(at, zone, seconds ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm") + " " + ZoneName(at, zone);

    /// <summary><c>02:13:07 CET</c>. For lists that show the day elsewhere.</summary>
    public static string Clock(DateTimeOffset at, TimeZoneInfo zone, bool seconds = true) =>
        Format(at, zone, seconds ? "HH:mm:ss" : "HH:mm") + " " + ZoneName(at, zone);

    /// <summary><c>02:13</c> or <c>02:13:07</c>, without zone. For columns whose head names the zone.</summary>
    public static string ClockBare(DateTimeOffset at, TimeZoneInfo zone, bool seconds = false) =>
        Format(at, zone, seconds ? "HH:mm:ss" : "HH:mm");

    /// <summary><c>Thu 25 Jan 2024</c>, the calendar day of a moment in a zone.</summary>
    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => Day(DateIn(at, zone));

    public static string Day(DateOnly on) => on.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>Mon 09:00</c>, a moment within the coming or past week.</summary>
    public static string Weekday(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "ddd HH:mm");

    /// <summary>The form that machines read, for the <c>datetime</c> attribute: <c>2024-01-25T10:00:07.114Z</c>.</summary>
    public static string Machine(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static DateOnly DateIn(DateTimeOffset at, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>Short name of the zone at a moment: <c>CET</c>, <c>CEST</c>, <c>UTC</c>; the offset <c>UTC+05:30</c> where there is no
    /// name or the name would not tell the offset that is in force.</summary>
    public static string ZoneName(DateTimeOffset at, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(at);
        if (offset == TimeSpan.Zero && zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime) return "UTC";
        var isDaylight = offset != zone.BaseUtcOffset;
        var name = isDaylight ? zone.DaylightName : zone.StandardName;
        var isAmbiguous = isDaylight && zone.DaylightName == zone.StandardName;
        return IsAbbreviation(name) && !isAmbiguous ? name : Offset(offset);
    }

    /// <summary><c>UTC+05:30</c>; zero is <c>UTC</c>.</summary>
    public static string Offset(TimeSpan offset) => offset == TimeSpan.Zero ? "UTC"
        : $"UTC{(offset < TimeSpan.Zero ? '−' : '+')}{offset.Duration().ToString(@"hh\:mm", CultureInfo.InvariantCulture)}";

    private static bool IsAbbreviation(string name) => name.Length is >= 2 and <= 5 && name.All(char.IsAsciiLetterUpper);

    private static string Format(DateTimeOffset at, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(format, CultureInfo.InvariantCulture);

    private static (int Unit, long Count, long Below) Largest(TimeSpan length)
    {
        var seconds = (long)length.TotalSeconds;
        var unit = Array.FindIndex(Units, candidate => seconds >= candidate.Seconds);
        return (unit, seconds / Units[unit].Seconds, seconds % Units[unit].Seconds);
    }

    private static string Quantity(long count, int unit) =>
        $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? Units[unit].One : Units[unit].Many)}";

    private static string Milliseconds(TimeSpan length) => length == TimeSpan.Zero
        ? "0 s" : $"{((long)length.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)} ms";

    // TimeSpan.MinValue has no positive counterpart.
    private static TimeSpan Magnitude(TimeSpan length) =>
        length == TimeSpan.MinValue ? TimeSpan.MaxValue : length.Duration();
}
