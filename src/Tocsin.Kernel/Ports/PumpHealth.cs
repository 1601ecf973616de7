using System.Collections.Concurrent;

namespace Tocsin.Kernel.Ports;

/// <summary>When each pump last finished a step, on the monotonic clock: the outbound heartbeat asks.</summary>
public sealed class PumpHealth(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, long> moved = new(StringComparer.Ordinal);

    public void Moved(string scope) => moved[scope] = clock.GetTimestamp();

    /// <summary>Scopes that have not finished a step for longer than the limit.</summary>
    public IReadOnlyList<string> StandingStill(TimeSpan limit) =>
        [.. moved.Where(pair => clock.GetElapsedTime(pair.Value) > limit).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
}
