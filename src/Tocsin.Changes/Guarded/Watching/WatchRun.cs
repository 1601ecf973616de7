using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>Watches the users' side from a moment on: all checks up for a whole window, without a break.</summary>
/// <remarks>
/// Everything is counted on the monotonic clock, so that a set wall clock neither proves nor refutes anything. A result counts when its
/// probe began after the watch did. A failure that is not confirmed begins the window anew; a confirmed one of a check that was up before is
/// <see cref="WatchVerdict.Worse"/>. Lives in memory: the next process watches anew.
/// </remarks>
/// <param name="wellBefore">Checks of which a failure is worse than before; the others have to come up.</param>
/// <param name="began">On the monotonic clock of the caller.</param>
/// <param name="isUnknownWorse">Whether a check that was up before and cannot be told any more counts as failing.</param>
internal sealed class WatchRun(WatchModel watch, IReadOnlyCollection<CheckKey> wellBefore, TimeSpan began, bool isUnknownWorse = true)
{
    private sealed class Seen
    {
        public DateTimeOffset? LastResultAt;
        /// <summary>Since when it is up without a break; null while it is not.</summary>
        public TimeSpan? WellSince;
        public int Results;
    }

    private readonly Dictionary<CheckKey, Seen> seen = [];

    /// <summary>What the watch is about: a run is of one content.</summary>
    public WatchModel Watch => watch;

    /// <summary>How long the slowest check is up without a break; for people.</summary>
    public TimeSpan WellFor(TimeSpan at) => seen.Count < watch.Checks.Count ? TimeSpan.Zero
        : seen.Values.Min(check => check.WellSince is { } since ? at - since : TimeSpan.Zero);

    /// <summary>Takes what is known now. Called again and again, at least once for each result.</summary>
    public (WatchVerdict Verdict, string Text) Look(IWatchedChecks checks, TimeSpan at)
    {
        string? missing = null;
        foreach (var key in watch.Checks)
        {
            if (checks.Look(key) is not { } sight) return (WatchVerdict.Worse, $"the check {key} is no longer configured");
            var known = Take(key, sight, at);
            if (sight.State is { } state and not Outcome.Up && wellBefore.Contains(key) && (isUnknownWorse || state != Outcome.Unknown)) return (WatchVerdict.Worse, $"{key} is {Word(state)}{Because(sight)}");
            missing ??= Missing(key, known, sight, at);
        }
        return missing is null
            ? (WatchVerdict.Well, $"{string.Join(" and ", watch.Checks)} {(watch.Checks.Count == 1 ? "was" : "were")} up for {Durations.InWords(watch.For)}")
            : (WatchVerdict.NotYet, missing);
    }

    private Seen Take(CheckKey key, CheckSight sight, TimeSpan at)
    {
        if (!seen.TryGetValue(key, out var known))
        {
            // What was up goes on being up; what was not has to come up first.
            seen[key] = known = new Seen { LastResultAt = sight.LastResultAt, WellSince = wellBefore.Contains(key) && sight.IsWell ? began : null };
        }
        if (sight.LastResultAt is { } result && result != known.LastResultAt)
        {
            known.LastResultAt = result;
            if (sight.LastOutcome == Outcome.Up && at - sight.Took >= began)
            {
                known.WellSince ??= at;
                known.Results++;
            }
        }
        if (sight is not { IsDoubted: false, LastOutcome: null or Outcome.Up, State: null or Outcome.Up }) (known.WellSince, known.Results) = (null, 0);
        return known;
    }

    private string? Missing(CheckKey key, Seen known, CheckSight sight, TimeSpan at) =>
        known.WellSince is not { } since ? $"{key} is {(sight.State is { } state and not Outcome.Up ? Word(state) : "not up")}{Because(sight)}"
        : known.Results < watch.Results ? $"{key} was up in {known.Results} of {watch.Results} results"
        : at - since < watch.For ? $"{key} is up for {Durations.InWords(at - since)} of {Durations.InWords(watch.For)}" : null;

    private static string Because(CheckSight sight) => sight is { State: not Outcome.Up, Text.Length: > 0 } ? $" ({sight.Text})" : "";

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Up => "up", Outcome.Degraded => "degraded", Outcome.Down => "down", Outcome.Unknown => "unknown: Tocsin cannot tell",
    };
}

/// <summary>How long a change may take until it is confirmed.</summary>
internal static class WatchTimer
{
    /// <summary>Long enough for the slowest good change, and no longer.</summary>
    /// <param name="interval">Longest interval of the watched checks.</param>
    public static TimeSpan Length(TargetModel target, TimeSpan interval)
    {
        var needed = interval * target.Watch.Results;
        return target.Timeout + (target.Applied?.Within ?? TimeSpan.Zero) + target.Watch.Settle
            + (needed > target.Watch.For ? needed : target.Watch.For) + interval;
    }

    public static TimeSpan LongestInterval(WatchModel watch, IWatchedChecks checks) =>
        watch.Checks.Select(key => checks.Look(key)?.Interval ?? TimeSpan.Zero).DefaultIfEmpty(TimeSpan.Zero).Max();
}
