using System.Numerics;

namespace Tocsin.Checks.Scheduling;

/// <summary>How late probes are started, in buckets of doubling width, halved now and then so that it tells of lately.</summary>
internal sealed class LagHistogram
{
    private const int Buckets = 24;
    private const int HalveAt = 20_000;
    private readonly int[] counts = new int[Buckets];
    private int total;

    public void Record(long lagMs)
    {
        var bucket = Math.Min(BitOperations.Log2((ulong)Math.Max(lagMs, 0) + 1), Buckets - 1);
        counts[bucket]++;
        if (++total < HalveAt) return;
        total = 0;
        for (var i = 0; i < Buckets; i++) total += counts[i] /= 2;
    }

    /// <returns>Upper bound in milliseconds of the bucket that holds this share of the starts; 0 when there was none.</returns>
    public long PercentileMs(double share)
    {
        var rank = (long)Math.Ceiling(total * share);
        for (int i = 0, seen = 0; i < Buckets; i++)
        {
            seen += counts[i];
            if (seen >= rank && seen > 0) return (1L << (i + 1)) - 2;
        }
        return 0;
    }
}
