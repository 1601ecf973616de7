namespace Tocsin.Kernel.Ports;

/// <summary>Whether facts can be written, as seen by the last attempt. Thread-safe.</summary>
public sealed class StoreHealth(TimeProvider clock)
{
    private sealed record Failure(DateTimeOffset Since, long Timestamp, string Reason);
    private volatile Failure? failure;
    private long failures;

    /// <summary>Null while the last write succeeded.</summary>
    public string? Reason => failure?.Reason;

    /// <summary>When the writes began to fail; null while they succeed.</summary>
    public DateTimeOffset? FailingSince => failure?.Since;

    /// <summary>Time since then on the monotonic clock; zero while writes succeed.</summary>
    public TimeSpan FailingFor => failure is { } now ? clock.GetElapsedTime(now.Timestamp) : TimeSpan.Zero;

    /// <summary>Commits that failed since the start.</summary>
    public long Failures => Interlocked.Read(ref failures);

    public void Succeeded()
    {
        if (failure is not null) failure = null;
    }

    /// <param name="tried">How long the write was tried before it failed: writes have failed since it began.</param>
    public void Failed(string reason, TimeSpan tried = default)
    {
        Interlocked.Increment(ref failures);
        failure = failure is { } earlier
            ? earlier with { Reason = reason }
            : new Failure(clock.GetUtcNow() - tried, clock.GetTimestamp() - (long)(tried.TotalSeconds * clock.TimestampFrequency), reason);
    }
}
