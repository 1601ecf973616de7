namespace Tocsin.Kernel;

/// <summary>Durations as people say them: at most two units, rounded down.</summary>
public static class Durations
{
    /// <returns>Such as <c>4 h</c>, <c>3 h 20 min</c>, <c>41 s</c>, <c>0.8 s</c>; negative lengths begin with a minus.</returns>
    public static string InWords(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "-" + InWords(length.Negate());
        if (length < TimeSpan.FromSeconds(10)) return FormattableString.Invariant($"{Math.Floor(length.TotalSeconds * 10) / 10:0.#} s");
        if (length < TimeSpan.FromMinutes(1)) return $"{length.Seconds} s";
        if (length < TimeSpan.FromHours(1)) return Two(length.Minutes, "min", length.Seconds, "s", isBrief: length.Minutes >= 10);
        return length < TimeSpan.FromDays(1) ? Two(length.Hours, "h", length.Minutes, "min") : Two(length.Days, "d", length.Hours, "h");
    }

    private static string Two(int large, string largeUnit, int small, string smallUnit, bool isBrief = false) =>
        small == 0 || isBrief ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";
}
