using Tocsin.Kernel;

namespace Tocsin.Checks.Scheduling;

/// <summary>Where in its interval a check is probed: spread over checks, the same after every restart.</summary>
internal static class Phase
{
    /// <summary>A check of a long interval still has its first result within this.</summary>
    private static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(30);

    /// <returns>Delay of the first probe after start, within the interval and within 30 s.</returns>
    public static TimeSpan Of(CheckKey check, TimeSpan interval)
    {
        var span = interval < FirstWithin ? interval : FirstWithin;
        return TimeSpan.FromMilliseconds(Hash(check.Value) % (ulong)Math.Max(span.TotalMilliseconds, 1));
    }

    // FNV-1a, 64 bits, then a finishing mix: keys that differ in the last digit must not land side by side.
    private static ulong Hash(string key)
    {
        unchecked
        {
            var hash = 14695981039346656037UL;
            foreach (var c in key) hash = (hash ^ c) * 1099511628211UL;
            hash ^= hash >> 33;
            hash *= 0xff51afd7ed558ccdUL;
            return hash ^ (hash >> 33);
        }
    }
}
