using System.Collections.Immutable;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

/// <summary>What the journal may hear of a verdict change.</summary>
internal enum FlapAdvice { Write, WriteFlapping, Withhold }

/// <summary>Keeps a check that changes its mind all the time from filling the journal. Immutable.</summary>
/// <remarks>At most <see cref="FreeChanges"/> changes in an hour are written one by one, then one <c>check.flapping</c>; from
/// then on only a verdict that has held for <see cref="QuietFor"/>, at most twelve an hour: 60 in all. It ends when an hour
/// holds fewer than half of the free changes.</remarks>
/// <param name="Written">Times of written changes of the last hour, monotonic, ascending.</param>
internal sealed record FlapGuard(ImmutableArray<TimeSpan> Written, bool IsFlapping, Outcome? Journaled)
{
    public const int FreeChanges = 47;
    public static readonly TimeSpan QuietFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <param name="journaled">The verdict that the journal last heard of.</param>
    public static FlapGuard Calm(Outcome? journaled) => new([], false, journaled);

    public (FlapGuard Next, FlapAdvice Advice) Changed(Outcome to, TimeSpan now)
    {
        var recent = Aged(now);
        var flapping = IsFlapping && recent.Length >= FreeChanges / 2;
        if (flapping) return (this with { Written = recent, IsFlapping = true }, FlapAdvice.Withhold);
        if (recent.Length < FreeChanges) return (new(recent.Add(now), false, to), FlapAdvice.Write);
        return (this with { Written = recent, IsFlapping = true }, FlapAdvice.WriteFlapping);
    }

    /// <summary>The verdict has held for <see cref="QuietFor"/>: the journal hears of it, if it heard another last.</summary>
    public (FlapGuard Next, FlapAdvice Advice) Settled(Outcome verdict, TimeSpan now)
    {
        var recent = Aged(now);
        return Journaled == verdict
            ? (this with { Written = recent }, FlapAdvice.Withhold)
            : (this with { Written = recent.Add(now), Journaled = verdict }, FlapAdvice.Write);
    }

    private ImmutableArray<TimeSpan> Aged(TimeSpan now)
    {
        var old = 0;
        while (old < Written.Length && Written[old] <= now - Hour) old++;
        return old == 0 ? Written : Written.RemoveRange(0, old);
    }
}
