namespace Tocsin.Recovery;

/// <summary>Time for cooldowns, limits and holds: the wall clock as it was when the process began, moved on by the monotonic one. Setting the wall
/// clock ends no hold and no cooldown.</summary>
/// <remarks>The next process begins with the wall clock again. What then lies in the future counts as just happened: that holds back, never lets go.</remarks>
internal sealed class SteadyTime(TimeProvider clock)
{
    private readonly DateTimeOffset start = clock.GetUtcNow();
    private readonly long startedAt = clock.GetTimestamp();

    public DateTimeOffset Now => start + clock.GetElapsedTime(startedAt);

    /// <returns>Not negative.</returns>
    public TimeSpan Since(DateTimeOffset at) => Now - at is var since && since > TimeSpan.Zero ? since : TimeSpan.Zero;

    /// <returns>What the wall clock will show then.</returns>
    public DateTimeOffset OnTheWall(DateTimeOffset at) => at - (Now - clock.GetUtcNow());
}
