using System.Collections.Immutable;
using System.Net;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Confirming;

/// <summary>What is believed about one check, and what is being confirmed. Immutable.</summary>
internal sealed record CheckState
{
    public static readonly CheckState New = new();

    /// <summary>Null until the first probe was judged.</summary>
    public Outcome? Verdict { get; init; }
    /// <summary>When the verdict began: for up and down the start of the first probe of its kind.</summary>
    public DateTimeOffset? Since { get; init; }
    /// <summary>First failed probe since the check was last up; null while up, and when only unknown.</summary>
    public DateTimeOffset? BadSince { get; init; }
    /// <summary>First failed probe of the current verdict; null while up.</summary>
    public DateTimeOffset? FirstFailedAt { get; init; }
    public ProbeReason Reason { get; init; }
    /// <summary>One sentence for people; empty until the first probe was judged.</summary>
    public string Text { get; init; } = "";
    public RecentProbes Recent { get; init; } = RecentProbes.None;
    /// <summary>What contradicts the verdict and is being confirmed; null when nothing does.</summary>
    public Doubt? Doubt { get; init; }
    /// <summary>The regular probe under way; null when there is none, or when it is part of the doubt.</summary>
    public Attempt? Running { get; init; }
    /// <summary>Number of the newest probe planned; grows by one per probe, over restarts from 1.</summary>
    public long LastNumber { get; init; }
    /// <summary>Slowest answer lately: the maximum, forgotten by a twentieth with each faster answer.</summary>
    public TimeSpan SlowestAnswer { get; init; }

    public bool IsBusy => Running is not null || Doubt is not null;
}

internal enum AttemptProgress { Planned, Running, Silent, Ended }

/// <summary>One probe as confirmation sees it.</summary>
/// <param name="StartedAt">Wall clock; for a planned one the time of planning.</param>
/// <param name="Finding">Set when it has ended.</param>
internal sealed record Attempt(long Number, DateTimeOffset StartedAt, AttemptProgress Progress, Finding? Finding = null, IPAddress? Address = null);

/// <summary>Probes that question the verdict.</summary>
/// <param name="IsWorsening">True: three that are worse change the verdict. False: two that are better do.</param>
/// <param name="Attempts">The first probe, then its re-probes in the order of planning.</param>
internal sealed record Doubt(bool IsWorsening, ImmutableArray<Attempt> Attempts)
{
    public Attempt First => Attempts[0];

    public Doubt With(Attempt attempt)
    {
        var at = IndexOf(attempt.Number);
        return this with { Attempts = Attempts.SetItem(at, attempt) };
    }

    public Attempt? Find(long number) => IndexOf(number) is >= 0 and var at ? Attempts[at] : null;

    private int IndexOf(long number)
    {
        for (var i = 0; i < Attempts.Length; i++)
        {
            if (Attempts[i].Number == number) return i;
        }
        return -1;
    }
}

/// <summary>The last first probes, for intermittent faults that never last long enough to be confirmed.</summary>
/// <remarks>Re-probes and probes of a confirmed outage do not count: a clean outage must not look intermittent afterwards.</remarks>
internal sealed record RecentProbes(long Ordinal, ImmutableArray<(long Ordinal, DateTimeOffset At)> Failed)
{
    public const int Window = 20;
    /// <summary>So many failed of the window is intermittent.</summary>
    public const int FailedMin = 3;
    /// <summary>Not more than this of the window ends it: the gap to <see cref="FailedMin"/> keeps the verdict from swinging.</summary>
    public const int HealedMax = 1;

    public static readonly RecentProbes None = new(0, []);

    public bool IsIntermittent => Failed.Length >= FailedMin;
    public bool IsHealed => Failed.Length <= HealedMax;

    public RecentProbes Push(bool failed, DateTimeOffset at)
    {
        var next = Ordinal + 1;
        var kept = Failed;
        while (kept.Length > 0 && kept[0].Ordinal <= next - Window) kept = kept.RemoveAt(0);
        return new(next, failed ? kept.Add((next, at)) : kept);
    }

    /// <summary>Without the newest probe, when that failed.</summary>
    public RecentProbes WithoutNewest() => Failed.Length > 0 && Failed[^1].Ordinal == Ordinal ? this with { Failed = Failed[..^1] } : this;
}

/// <summary>A verdict that changed.</summary>
/// <param name="From">Null for the very first verdict.</param>
/// <param name="At">When it was confirmed.</param>
/// <param name="Began">Start of the first probe of the new kind: the outage, or the recovery, is dated back to it.</param>
/// <param name="BadSince">When the check left up; null when it never was bad.</param>
/// <param name="Probes">Probes that confirmed it.</param>
internal sealed record VerdictChange(
    Outcome? From, Outcome To, DateTimeOffset At, DateTimeOffset Began, DateTimeOffset? BadSince, ProbeReason Reason, string Text, int Probes);
