namespace Tocsin.Kernel.Ports;

public enum Outcome { Up = 0, Degraded = 1, Down = 2, Unknown = 3 }

/// <summary>The result of one probe, exactly what confirmation reads.</summary>
/// <param name="At">Start of the probe, milliseconds kept.</param>
/// <param name="Reason">Code of the reason, 0 to 255; 0 when up. See the probe's reason list.</param>
/// <param name="DurationUs">Microseconds from start to verdict.</param>
/// <param name="IsReprobe">True for the extra probes of a confirmation.</param>
public readonly record struct Sample(DateTimeOffset At, Outcome Outcome, byte Reason, int DurationUs, bool IsReprobe);

/// <summary>What happened in one hour or day of one series. Counts are of first probes, not re-probes.</summary>
public sealed record SampleRollup(DateTimeOffset From, int Up, int Degraded, int Down, int Unknown, long DurationUsSum, int DurationUsMax)
{
    public int Count => Up + Degraded + Down + Unknown;
}

/// <summary>How probes of a span ended, of several series together.</summary>
public sealed record SampleCounts(DateTimeOffset From, int Up, int Degraded, int Down, int Unknown)
{
    public int Count => Up + Degraded + Down + Unknown;
}

/// <summary>Measurements: many, small, and allowed to lose the last 10 s in a crash.</summary>
/// <remarks>A series is a key such as <c>check/shop-http</c>, with <c>@location</c> when there is more than one.</remarks>
public interface ISampleStore
{
    /// <summary>Takes a sample into memory and returns; written within 10 s.</summary>
    void Append(string series, Sample sample);
    Task<IReadOnlyList<Sample>> ReadAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default);
    Task<IReadOnlyList<SampleRollup>> HoursAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default);
    Task<IReadOnlyList<SampleRollup>> DaysAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default);

    /// <summary>The days of several series added up: for each group one row for each day on which any of its series has one, oldest first.</summary>
    /// <param name="groups">At most 10,000 series in all; the answer has a list for each group, in the same order.</param>
    Task<IReadOnlyList<IReadOnlyList<SampleCounts>>> DaysTogetherAsync(
        IReadOnlyList<IReadOnlyCollection<string>> groups, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default);
}
