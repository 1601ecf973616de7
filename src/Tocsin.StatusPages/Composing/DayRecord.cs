using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>One UTC day of a component.</summary>
/// <param name="DownShare">Share of the day's probes that failed, or of its time inside an incident; 0 to 1.</param>
/// <param name="UnknownShare">Share of the probes that could not tell; at most 1 - <paramref name="DownShare"/>.</param>
/// <param name="Worst">Null for a day without data.</param>
public readonly record struct DayRecord(DateOnly On, double DownShare, double UnknownShare, ComponentState? Worst)
{
    public static DayRecord Hollow(DateOnly on) => new(on, 0, 0, null);
}

/// <summary>Share of the time in which a component could be used.</summary>
/// <param name="Low">Unknown time counted as bad; 0 to 1.</param>
/// <param name="High">Unknown time counted as good; not below <paramref name="Low"/>.</param>
public sealed record Availability(double Low, double High, int DaysWithData)
{
    /// <returns>Over the days that have data; null when none has.</returns>
    public static Availability? Of(IReadOnlyList<DayRecord> days)
    {
        var known = days.Where(day => day.Worst is not null).ToList();
        return known.Count == 0 ? null : new Availability(
            known.Average(day => 1 - day.DownShare - day.UnknownShare), known.Average(day => 1 - day.DownShare), known.Count);
    }

    /// <summary>Such as <c>99.95 %</c>; with unknown time the range <c>98.2 to 99.95 %</c>. Rounded down: a day with an outage never shows 100 %.</summary>
    public string InWords => Percent(Low) == Percent(High) ? $"{Percent(High)} %" : $"{Percent(Low)} to {Percent(High)} %";

    private static string Percent(double share) =>
        // The small addend undoes what binary fractions lose: 0.9995 must not become 99.94.
        (Math.Floor(Math.Clamp(share, 0, 1) * 10_000 + 1e-6) / 100).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Part of the time in which an incident made a component worse.</summary>
/// <param name="Until">Exclusive.</param>
internal readonly record struct BadInterval(DateTimeOffset From, DateTimeOffset Until, ComponentState State);

/// <summary>Turns probe counts and incidents into days. Pure.</summary>
internal static class DayRecords
{
    public const int Count = 90;

    /// <summary>Fewer failed probes than this share of a day, and no incident: it was felt by few and is shown as degraded.</summary>
    private const double DownShareMin = 0.01;

    /// <param name="rollups">Days of each check of the component; in any order.</param>
    /// <returns>90 days, today last. Where probes and incidents both know a day, the worse of the two counts.</returns>
    public static IReadOnlyList<DayRecord> Of(
        IEnumerable<IReadOnlyList<SampleRollup>> rollups, IReadOnlyList<BadInterval> intervals, DateTimeOffset now)
    {
        var probed = rollups.SelectMany(days => days).Where(day => day.Count > 0)
            .ToLookup(day => DateOnly.FromDateTime(day.From.UtcDateTime));
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return [.. Enumerable.Range(1 - Count, Count).Select(offset => today.AddDays(offset))
            .Select(on => Worse(OfProbes(on, probed[on]), OfIncidents(on, intervals, now)))];
    }

    // A component is as good as the worst of its checks.
    private static DayRecord OfProbes(DateOnly on, IEnumerable<SampleRollup> checks)
    {
        double down = 0, degraded = 0, unknown = 0;
        var isKnown = false;
        foreach (var check in checks)
        {
            isKnown = true;
            down = Math.Max(down, (double)check.Down / check.Count);
            degraded = Math.Max(degraded, (double)check.Degraded / check.Count);
            unknown = Math.Max(unknown, (double)check.Unknown / check.Count);
        }
        return isKnown ? new DayRecord(on, down, Math.Min(unknown, 1 - down), WorstOf(down, degraded, unknown)) : DayRecord.Hollow(on);
    }

    private static ComponentState WorstOf(double down, double degraded, double unknown) =>
        down >= 0.5 ? ComponentState.MajorOutage
        : down >= DownShareMin ? ComponentState.PartialOutage
        : down > 0 || degraded > 0 ? ComponentState.Degraded
        : unknown > 0 ? ComponentState.Unknown
        : ComponentState.Operational;

    private static DayRecord OfIncidents(DateOnly on, IReadOnlyList<BadInterval> intervals, DateTimeOffset now)
    {
        var from = new DateTimeOffset(on.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var until = from.AddDays(1) < now ? from.AddDays(1) : now;
        var touching = intervals.Where(interval => interval.From < until && interval.Until > from).ToList();
        if (touching.Count == 0 || until <= from) return DayRecord.Hollow(on);
        var down = Covered(touching.Where(interval => interval.State > ComponentState.Degraded), from, until);
        return new DayRecord(on, down, 0, touching.Max(interval => interval.State));
    }

    /// <summary>Share of [from, until) inside any of the intervals; what overlaps counts once.</summary>
    private static double Covered(IEnumerable<BadInterval> intervals, DateTimeOffset from, DateTimeOffset until)
    {
        var (covered, reached) = (TimeSpan.Zero, from);
        foreach (var interval in intervals.OrderBy(interval => interval.From))
        {
            var start = interval.From > reached ? interval.From : reached;
            var end = interval.Until < until ? interval.Until : until;
            if (end <= start) continue;
            covered += end - start;
            reached = end;
        }
        return covered / (until - from);
    }

    private static DayRecord Worse(DayRecord probes, DayRecord incidents)
    {
        if (incidents.Worst is not { } told) return probes;
        if (probes.Worst is not { } seen) return incidents;
        var down = Math.Max(probes.DownShare, incidents.DownShare);
        return new DayRecord(probes.On, down, Math.Min(probes.UnknownShare, 1 - down), told > seen ? told : seen);
    }
}
