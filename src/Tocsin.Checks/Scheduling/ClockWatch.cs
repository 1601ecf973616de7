namespace Tocsin.Checks.Scheduling;

/// <summary>Compares the wall clock with the monotonic one.</summary>
internal sealed class ClockWatch
{
    public static readonly TimeSpan StepMin = TimeSpan.FromSeconds(2);
    private (DateTimeOffset Wall, TimeSpan Monotonic)? last;

    /// <returns>How far the wall clock stepped since the last look, forward positive; null when it went along.</returns>
    public TimeSpan? Look(DateTimeOffset wall, TimeSpan monotonic)
    {
        var before = last;
        last = (wall, monotonic);
        if (before is not { } then) return null;
        var step = (wall - then.Wall) - (monotonic - then.Monotonic);
        return step.Duration() > StepMin ? step : null;
    }
}
