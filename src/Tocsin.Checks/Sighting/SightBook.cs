using Tocsin.Kernel;

namespace Tocsin.Checks.Sighting;

/// <summary>The prober became blind, or sees again.</summary>
/// <param name="Began">When the episode began, monotonic.</param>
internal readonly record struct SightChange(bool IsBlind, TimeSpan Began, string Evidence);

/// <summary>Collects evidence about our own sight and decides. No clock, no I/O; times are monotonic.</summary>
/// <remarks>
/// Blind needs evidence of our own fault, never only many failures: every control check fails; or nothing outside has answered
/// since the suspicion, and the default route is gone, the gateway is silent, our own packet filter refuses, or no resolver
/// answers. Blind for names only: a name that resolved before does not, and no resolver answers; a resolver that answers "no" may
/// be telling of the target's own fault. A silent cut further out, on an install without control checks and without names,
/// leaves no such evidence and is reported as targets down: a page too many is better than a page too few.
/// </remarks>
internal sealed class SightBook
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    /// <summary>Whoever has not spoken by then is not waited for: a verdict held longer would be late.</summary>
    private static readonly TimeSpan DecideWithin = TimeSpan.FromMilliseconds(2_500);
    /// <summary>A look that takes longer has been lost.</summary>
    private static readonly TimeSpan LookWithin = TimeSpan.FromSeconds(10);

    private readonly Dictionary<CheckKey, (bool IsGood, TimeSpan At)> controls = [];
    private bool hadDefaultRoute;
    private OwnNetworkReport? report;
    private TimeSpan answeredAt = TimeSpan.MinValue, nameResolvedAt = TimeSpan.MinValue, nameLostAt = TimeSpan.MinValue;
    private TimeSpan began, askedAt = TimeSpan.MinValue, lookedAt = TimeSpan.MinValue;
    private bool isLooking;
    private (Sight Sight, TimeSpan Until) lastBlind = (Sight.Clear, TimeSpan.MinValue);

    public Sight Sight { get; private set; } = Sight.Clear;

    /// <summary>The configured control checks; what is no longer one is forgotten.</summary>
    public void Expect(IReadOnlyCollection<CheckKey> keys)
    {
        foreach (var gone in controls.Keys.Except(keys).ToList()) controls.Remove(gone);
        foreach (var key in keys) controls.TryAdd(key, (true, TimeSpan.MinValue));
    }

    /// <summary>A remote target fails in a way that could be our own fault.</summary>
    /// <param name="startedAt">Start of its first failed probe.</param>
    /// <returns>True when controls are to be probed and our own network looked at now.</returns>
    public bool Suspect(TimeSpan startedAt, TimeSpan now)
    {
        if (Sight.State != SightState.Clear || (askedAt != TimeSpan.MinValue && now - askedAt < AskAgainAfter)) return false;
        (Sight, began, askedAt, lookedAt, report, isLooking) = (Sight.Asking, startedAt, now, now, null, true);
        return true;
    }

    /// <returns>True when blind and it is time to look again.</returns>
    public bool WantsLook(TimeSpan now)
    {
        if (!Sight.IsBlind || now < NextAt) return false;
        (lookedAt, isLooking) = (now, true);
        return true;
    }

    public void Reported(OwnNetworkReport seen)
    {
        (report, isLooking) = (seen, false);
        hadDefaultRoute |= seen.HasDefaultRoute;
    }

    /// <summary>Something outside of this machine answered a probe, well or badly.</summary>
    public void Answered(TimeSpan startedAt) => answeredAt = Later(answeredAt, startedAt);

    public void ControlHeard(CheckKey control, bool isGood, TimeSpan startedAt)
    {
        if (controls.TryGetValue(control, out var before) && startedAt >= before.At) controls[control] = (isGood, startedAt);
    }

    public void NameResolved(TimeSpan startedAt) => nameResolvedAt = Later(nameResolvedAt, startedAt);

    /// <summary>A name that resolved before does not now.</summary>
    public void NameLost(TimeSpan startedAt) => nameLostAt = Later(nameLostAt, startedAt);

    /// <summary>Weighs what is known now.</summary>
    /// <returns>The change to tell of; null when the view did not change. <see cref="Sight"/> may have changed all the same
    /// (asking ended without evidence).</returns>
    public SightChange? Decide(TimeSpan now)
    {
        if (Sight.State == SightState.Clear) return null;
        if (Sight.IsAsking && (report is null || !ControlsHeard) && now - askedAt < DecideWithin) return null;
        var (namesOnly, evidence) = Evidence(report ?? OwnNetworkReport.Unsuspicious);
        var wasBlind = Sight.IsBlind;
        var next = evidence is null ? Sight.Clear : new Sight(SightState.Blind, namesOnly, evidence);
        if (wasBlind && Sight != next) lastBlind = (Sight, now);
        if (evidence is null)
        {
            Sight = next;
            return wasBlind ? new SightChange(false, began, Recovery()) : null;
        }
        if (Sight != next) Sight = next;
        return wasBlind ? null : new SightChange(true, began, evidence);
    }

    /// <summary>The view of that host for a probe begun then: blind when we were or are.</summary>
    public Sight Of(string host, TimeSpan startedAt) =>
        Sight.IsBlind || startedAt >= lastBlind.Until ? Sight.Of(host) : lastBlind.Sight.Of(host);

    /// <summary>When to decide or look again; null when nothing is waited for.</summary>
    public TimeSpan? NextAt => Sight.State switch
    {
        SightState.Clear => null,
        SightState.Asking => askedAt + DecideWithin,
        SightState.Blind => lookedAt + (isLooking ? LookWithin : LookEvery),
    };

    private bool ControlsHeard => controls.Values.All(control => control.At >= began);

    private (bool NamesOnly, string? Evidence) Evidence(OwnNetworkReport seen)
    {
        var sees = answeredAt >= began || controls.Values.Any(control => control.IsGood && control.At >= began);
        var cut = sees ? null : ControlEvidence() ?? NetworkEvidence(seen);
        return cut is not null ? (false, cut) : (true, NameEvidence(seen));
    }

    private string? ControlEvidence() =>
        controls.Count > 0 && controls.Values.All(control => !control.IsGood && control.At >= began)
            ? $"every control check fails ({string.Join(", ", controls.Keys.Take(5))})" : null;

    private string? NetworkEvidence(OwnNetworkReport seen) =>
        hadDefaultRoute && !seen.HasDefaultRoute ? "this host has lost its default route" :
        seen.RefusesToSend ? "this host does not let packets out" :
        seen.SilentGateway is { } gateway ? $"the gateway {gateway} does not answer" :
        seen.Resolvers == ResolverState.Silent ? "nothing outside answers, not even a resolver" :
        null;

    private string? NameEvidence(OwnNetworkReport seen) =>
        nameLostAt >= began && nameResolvedAt < began && seen.Resolvers == ResolverState.Silent ? "no resolver answers" : null;

    private string Recovery() =>
        controls.FirstOrDefault(control => control.Value.IsGood && control.Value.At >= began) is { Key.Value: { } key }
            ? $"the control check {key} answers" :
        answeredAt >= began ? "a target answers" : "what showed the fault has gone";

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
