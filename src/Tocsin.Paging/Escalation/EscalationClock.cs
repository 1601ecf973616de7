namespace Tocsin.Paging.Escalation;

/// <summary>Time for delays: the wall clock as it was when the process began, moved on by the monotonic one. Setting the wall
/// clock neither hurries a step nor holds it back.</summary>
/// <remarks>
/// Moments at which steps are due are kept on this clock. The next process begins with the wall clock again, and cannot know
/// how far it was set meanwhile: no step waits longer than its delay from then on. Time in which the machine slept does not count.
/// </remarks>
internal sealed class EscalationClock(TimeProvider clock)
{
    private readonly DateTimeOffset start = clock.GetUtcNow();
    private readonly long startedAt = clock.GetTimestamp();

    public DateTimeOffset Now => start + clock.GetElapsedTime(startedAt);

    /// <summary>How far the wall clock is behind this one; grows when it is set back.</summary>
    public TimeSpan Ahead => Now - clock.GetUtcNow();

    /// <returns>What the wall clock will show then.</returns>
    public DateTimeOffset OnTheWall(DateTimeOffset at) => at - Ahead;
}
