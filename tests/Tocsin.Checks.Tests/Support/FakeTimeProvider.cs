namespace Tocsin.Checks.Tests;

/// <summary>A clock that stands until it is moved. The wall can be stepped against the monotonic count.</summary>
internal sealed class FakeTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero);
    private readonly List<FakeTimer> timers = [];
    private TimeSpan elapsed;
    private TimeSpan wallOffset;

    public TimeSpan Elapsed => elapsed;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => elapsed.Ticks;
    public override DateTimeOffset GetUtcNow() => Start + elapsed + wallOffset;
    public void StepWall(TimeSpan by) => wallOffset += by;

    public void Advance(TimeSpan by)
    {
        var until = elapsed + by;
        while (timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due) is { } next)
        {
            elapsed = next.Due > elapsed ? next.Due : elapsed;
            next.Fire();
        }
        elapsed = until;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class FakeTimer(FakeTimeProvider clock, Action callback) : ITimer
    {
        private TimeSpan period;
        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            clock.timers.Remove(this);
            period = newPeriod;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            Due = clock.elapsed + dueTime;
            clock.timers.Add(this);
            return true;
        }

        public void Fire()
        {
            clock.timers.Remove(this);
            if (period > TimeSpan.Zero) Change(period, period);
            callback();
        }

        public void Dispose() => clock.timers.Remove(this);
        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }
}
