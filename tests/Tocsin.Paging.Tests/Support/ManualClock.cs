namespace Tocsin.Paging.Tests.Support;

/// <summary>Time that moves only when a test says so; timers fire within <see cref="Advance"/>.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<TimeSpan> created = [];
    private DateTimeOffset now = start;
    private TimeSpan elapsed;

    public override DateTimeOffset GetUtcNow() { lock (gate) return now; }
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() { lock (gate) return elapsed.Ticks; }

    /// <summary>Since the start, however the clock was set.</summary>
    public TimeSpan Elapsed { get { lock (gate) return elapsed; } }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void Set(TimeSpan by)
    {
        lock (gate)
        {
            now += by;
            foreach (var timer in timers) timer.Follow(by);
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            (now, elapsed) = (now + by, elapsed + by);
            due = [.. timers.Where(timer => timer.DueAt <= now)];
            foreach (var timer in due) timers.Remove(timer);
        }
        foreach (var timer in due) timer.Fire();
    }

    /// <summary>Waits until so many timers of this length were made: only then does moving the clock reach them.</summary>
    public async Task TimersAsync(TimeSpan length, int count)
    {
        while (true)
        {
            lock (gate) { if (created.Count(due => due == length) >= count) return; }
            await Task.Delay(TimeSpan.FromMilliseconds(2), System);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (gate) created.Add(dueTime);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; private set; }
        public void Fire() => callback(state);
        public void Follow(TimeSpan by) => DueAt += by;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueAt = clock.now + dueTime;
                clock.timers.Add(this);
                return true;
            }
        }

        public void Dispose() { lock (clock.gate) clock.timers.Remove(this); }
        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }
}
