namespace Tocsin.Testing;

/// <summary>Time that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, in order of their due time.</summary>
public sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset wall = start;
    private long monotonic;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return wall;
    }

    public override long GetTimestamp()
    {
        lock (gate) return monotonic;
    }

    /// <summary>Lets time pass: both clocks move and due timers fire.</summary>
    public void Advance(TimeSpan by)
    {
        var until = GetTimestamp() + by.Ticks;
        while (NextTimer(until) is { } timer) timer.Fire();
        MoveTo(until);
    }

    /// <summary>Steps the wall clock alone, as an operator or NTP does.</summary>
    public void Jump(TimeSpan by)
    {
        lock (gate) wall += by;
    }

    private FakeTimer? NextTimer(long until)
    {
        FakeTimer? next;
        lock (gate) next = timers.Where(timer => timer.DueAt <= until).MinBy(timer => timer.DueAt);
        if (next is not null) MoveTo(Math.Max(next.DueAt, GetTimestamp()));
        return next;
    }

    private void MoveTo(long timestamp)
    {
        lock (gate) (wall, monotonic) = (wall + TimeSpan.FromTicks(timestamp - monotonic), timestamp);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FakeTimer(this, () => callback(state), dueTime, period);

    private sealed class FakeTimer : ITimer
    {
        private readonly FakeClock clock;
        private readonly Action callback;
        private TimeSpan period;

        public FakeTimer(FakeClock clock, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            (this.clock, this.callback) = (clock, callback);
            Change(dueTime, period);
        }

        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                this.period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueAt = clock.monotonic + dueTime.Ticks;
                clock.timers.Add(this);
                return true;
            }
        }

        public void Fire()
        {
            Change(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan, period);
            callback();
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
