using System.Globalization;

namespace Tocsin.Demo.Web;

/// <summary>What a role did since it started: requests, failures, time spent. Safe from any thread.</summary>
/// <param name="role">Value of the label <c>role</c>.</param>
internal sealed class RequestMetrics(string role, TimeProvider clock)
{
    private long requests;
    private long failures;
    private long bad;
    private long elapsedTicks;

    /// <summary>Whoever waits longer thinks that it does not work.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    public long Start() => clock.GetTimestamp();

    /// <param name="started">What <see cref="Start"/> returned.</param>
    public void Finish(long started, bool failed)
    {
        var elapsed = clock.GetElapsedTime(started);
        Interlocked.Increment(ref requests);
        if (failed) Interlocked.Increment(ref failures);
        if (failed || elapsed > SlowAfter) Interlocked.Increment(ref bad);
        Interlocked.Add(ref elapsedTicks, elapsed.Ticks);
    }

    /// <summary>Prometheus text format 0.0.4.</summary>
    public string ToPrometheus()
    {
        var count = Interlocked.Read(ref requests);
        var seconds = (Interlocked.Read(ref elapsedTicks) / (double)TimeSpan.TicksPerSecond).ToString("0.######", CultureInfo.InvariantCulture);
        return $$"""
            # HELP demo_requests_total Requests answered, failures included.
            # TYPE demo_requests_total counter
            demo_requests_total{role="{{role}}"} {{count}}
            # HELP demo_request_failures_total Requests answered with an error.
            # TYPE demo_request_failures_total counter
            demo_request_failures_total{role="{{role}}"} {{Interlocked.Read(ref failures)}}
            # HELP demo_requests_bad_total Requests answered with an error, or later than after 1 s.
            # TYPE demo_requests_bad_total counter
            demo_requests_bad_total{role="{{role}}"} {{Interlocked.Read(ref bad)}}
            # HELP demo_request_duration_seconds Time from request to answer.
            # TYPE demo_request_duration_seconds summary
            demo_request_duration_seconds_sum{role="{{role}}"} {{seconds}}
            demo_request_duration_seconds_count{role="{{role}}"} {{count}}

            """;
    }
}
