using Tocsin.Kernel;

namespace Tocsin.Checks.Sighting;

/// <summary>The prober became blind, or sees again.</summary>
/// <param name="Began">When the episode began, monotonic.</param>
internal readonly record struct SightChange(bool IsBlind, TimeSpan Began, string Evidence);

/// <summary>Collects evidence about our own sight and decides. No clock, no I/O; times are monotonic.</summary>
/// <remarks>
/// Blind needs evidence of our own fault, never only many failures: every control check fails; or nothing outside has answered
/// since the suspicion, and the default route is gone, the gateway is silent, our own packet filter refuses, or no resolver
/// answers. Blind for names only: no resolver answers, or at least two names that resolved before do not. A silent cut further
/// out, on an install without control checks and without names, leaves no such evidence and is reported as targets down.
/// </remarks>
internal sealed class SightBook
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ControlsWithin = TimeSpan.FromMilliseconds(2_500);
    private const int LostNamesMin = 2;

    private readonly Dictionary<CheckKey, (bool IsGood, TimeSpan At)> controls = [];
    private readonly HashSet<string> lostNames = new(StringComparer.OrdinalIgnoreCase);
    private bool hadDefaultRoute;
    private OwnNetworkReport? report;
    private TimeSpan answeredAt = TimeSpan.MinValue, nameResolvedAt = TimeSpan.MinValue;
    private TimeSpan began, askedAt = TimeSpan.MinValue, lookedAt = TimeSpan.MinValue;
    private bool isLooking;

    public Sight Sight { get; private set; } = Sight.Clear;

    public void Routed(bool hasDefaultRoute) => hadDefaultRoute |= hasDefaultRoute;

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
        if (!Sight.IsBlind || isLooking || now - lookedAt < LookEvery) return false;
        (lookedAt, isLooking) = (now, true);
        return true;
    }

    public void Reported(OwnNetworkReport seen) => (report, isLooking) = (seen, false);

    /// <summary>Something outside of this machine answered a probe, well or badly.</summary>
    public void Answered(TimeSpan startedAt) => answeredAt = Later(answeredAt, startedAt);

    public void ControlHeard(CheckKey control, bool isGood, TimeSpan startedAt)
    {
        if (controls.TryGetValue(control, out var before) && startedAt >= before.At) controls[control] = (isGood, startedAt);
    }

    public void NameResolved(string name, TimeSpan startedAt)
    {
        nameResolvedAt = Later(nameResolvedAt, startedAt);
        lostNames.Remove(name);
    }

    /// <summary>A name that resolved before does not now.</summary>
    public void NameLost(string name) => lostNames.Add(name);

    /// <summary>Weighs what is known now.</summary>
    /// <returns>The change to tell of; null when the view did not change. <see cref="Sight"/> may have changed all the same
    /// (asking ended without evidence).</returns>
    public SightChange? Decide(TimeSpan now)
    {
        if (Sight.State == SightState.Clear || report is null) return null;
        if (Sight.IsAsking && !ControlsHeard && now - askedAt < ControlsWithin) return null;
        var (namesOnly, evidence) = Evidence();
        var wasBlind = Sight.IsBlind;
        if (evidence is null)
        {
            Sight = Sight.Clear;
            return wasBlind ? new SightChange(false, began, Recovery()) : null;
        }
        Sight = new Sight(SightState.Blind, namesOnly, evidence);
        return wasBlind ? null : new SightChange(true, began, evidence);
    }

    /// <summary>When to decide or look again; null when nothing is waited for.</summary>
    public TimeSpan? NextAt => Sight.State switch
    {
        SightState.Clear => null,
        SightState.Asking => askedAt + ControlsWithin,
        SightState.Blind => isLooking ? null : lookedAt + LookEvery,
    };

    private bool ControlsHeard => controls.Values.All(control => control.At >= began);

    private (bool NamesOnly, string? Evidence) Evidence()
    {
        var sees = answeredAt >= began || controls.Values.Any(control => control.IsGood && control.At >= began);
        var cut = sees ? null : ControlEvidence() ?? NetworkEvidence(report!);
        return cut is not null ? (false, cut) : (true, NameEvidence(report!));
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

    private string? NameEvidence(OwnNetworkReport seen)
    {
        if (nameResolvedAt >= began || lostNames.Count == 0) return null;
        if (seen.Resolvers == ResolverState.Silent) return "no resolver answers";
        return lostNames.Count >= LostNamesMin ? $"{lostNames.Count} names that resolved before do not resolve, and none does" : null;
    }

    private string Recovery() =>
        controls.FirstOrDefault(control => control.Value.IsGood && control.Value.At >= began) is { Key.Value: { } key }
            ? $"the control check {key} answers" :
        answeredAt >= began ? "a target answers" : "what showed the fault has gone";

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
