using System.Globalization;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>ConfigDurations as people write them: <c>30s</c>, <c>1h30m</c>, <c>14d</c>.</summary>
public static class ConfigDurations
{
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Shape: one or more of a whole number and a unit (w, d, h, m, s, ms), the larger unit first, each once.</summary>
    /// <returns>The duration, up to 10 years; a reason without the text itself.</returns>
    public static Parsed<TimeSpan> Parse(string text)
    {
        const string Shape = "write a whole number and a unit: ms, s, m, h, d or w";
        if (text.Length is 0 or > 40) return Parsed<TimeSpan>.Bad(Shape);
        var rest = text.AsSpan();
        var (total, next) = (0L, 0);
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9) return Parsed<TimeSpan>.Bad(Shape);
            var number = long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('0', '9') is >= 0 and var end ? end : rest.Length;
            var unit = UnitOf(rest[..letters]);
            if (unit < 0) return Parsed<TimeSpan>.Bad(Shape);
            if (unit < next) return Parsed<TimeSpan>.Bad("write the larger unit first, each once");
            rest = rest[letters..];
            (total, next) = (total + number * Units[unit].Milliseconds, unit + 1);
            if (total > 3_650L * 86_400_000) return Parsed<TimeSpan>.Bad("it is longer than 10 years");
        }
        return TimeSpan.FromMilliseconds(total);
    }

    /// <summary>The shortest text that reads back as the same, such as <c>1h30m</c>; <c>0s</c> for nothing.</summary>
    /// <param name="duration">Whole milliseconds, not negative.</param>
    public static string Write(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0) return "0s";
        var text = "";
        foreach (var (unit, milliseconds) in Units.Skip(1))
        {
            if (rest / milliseconds is > 0 and var count) text += string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            rest %= milliseconds;
        }
        return text;
    }

    private static int UnitOf(ReadOnlySpan<char> letters)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (letters.SequenceEqual(Units[i].Unit)) return i;
        }
        return -1;
    }
}
