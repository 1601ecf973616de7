using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Deciding;

/// <summary>Decides whether traffic moves. Pure: the recorded inputs of a decision give it again.</summary>
/// <remarks>
/// By itself, traffic goes only from a primary that is confirmed down, in the journal and by its newest probe, to a standby that is up and fresh
/// by its newest probe. It never comes back by itself: what the old primary missed meanwhile, only a person can judge.
/// </remarks>
internal static class FailoverMachine
{
    /// <summary>One automatic move of a service in this time; the second is a person's.</summary>
    public static readonly TimeSpan AutomaticEvery = TimeSpan.FromMinutes(30);

    /// <summary>Changes of a side's state in 10 min from which on it is not relied on.</summary>
    public const int ChangesMax = 4;

    /// <summary>With fewer other checks than this, "most of them fail" says nothing.</summary>
    public const int OthersMin = 2;

    public static FailoverDecision Decide(FailoverInputs inputs)
    {
        if (inputs.IsMoving) return new FailoverDecision.Wait();
        if (inputs.Active == TrafficSide.Standby) return OnStandby(inputs);
        if (inputs.Primary.State != Outcome.Down) return new FailoverDecision.Rest();
        // What is not written yet did not happen: a crash now would leave a move without its reason.
        if (inputs.Primary.Written != Outcome.Down) return new FailoverDecision.Wait();
        var bars = BarsTo(TrafficSide.Standby, inputs);
        var forEveryone = bars.Any(bar => !bar.IsOfAutomatic);
        var why = $"{inputs.Primary.Check} is down: {inputs.Primary.Text}; {Good(inputs)}";
        return inputs.Mode switch
        {
            FailoverMode.Approve when !forEveryone => new FailoverDecision.Propose(why, bars),
            FailoverMode.Shadow when bars.Count == 0 => new FailoverDecision.Shadow(why),
            FailoverMode.Automatic when bars.Count == 0 => new FailoverDecision.Move(why),
            FailoverMode.Automatic => new FailoverDecision.Refuse(TrafficSide.Standby, bars, forEveryone ? null : why),
            _ => new FailoverDecision.Refuse(TrafficSide.Standby, bars, null),
        };
    }

    /// <summary>A person asks for a move.</summary>
    /// <param name="anyway">They know that the side is not fit and want it all the same.</param>
    /// <returns>What stands against it; empty when it is done.</returns>
    public static IReadOnlyList<Bar> Ask(FailoverInputs inputs, TrafficSide to, bool anyway) =>
        [.. BarsTo(to, inputs).Where(bar => bar.IsAbsolute || (bar.IsOfTheSide && !anyway))];

    /// <summary>What would hold back an automatic move now, whatever the sides are like.</summary>
    public static IReadOnlyList<Bar> HoldsAutomatic(FailoverInputs inputs) => [.. BarsOfAutomatic(inputs)];

    private static FailoverDecision OnStandby(FailoverInputs inputs) => inputs.Standby.State == Outcome.Down
        ? new FailoverDecision.Refuse(TrafficSide.Primary,
            [new Bar(BarReason.MoveBack, $"{inputs.Standby.Check} is down, and traffic never goes back by itself: a person moves it back when the primary is fit"),
                .. BarsTo(TrafficSide.Primary, inputs).Where(bar => bar.IsOfTheSide)], null)
        : new FailoverDecision.Rest();

    private static List<Bar> BarsTo(TrafficSide to, FailoverInputs inputs)
    {
        var bars = new List<Bar>();
        if (inputs.SwitchTrouble is { } trouble) bars.Add(new(BarReason.NoSwitch, $"the switch does not listen: {trouble}"));
        if (inputs.IsMoving) bars.Add(new(BarReason.Moving, "the last move is not proved yet"));
        var side = to == TrafficSide.Standby ? inputs.Standby : inputs.Primary;
        bars.AddRange(BarsOf(side));
        if (to == TrafficSide.Standby && inputs.Fresh is { } fresh) bars.AddRange(BarsOf(fresh, inputs.Standby.Check));
        bars.AddRange(BarsOfAutomatic(inputs));
        return [.. bars.OrderBy(bar => bar.Reason)];
    }

    private static IEnumerable<Bar> BarsOf(SideInputs side)
    {
        if (side.State is not Outcome.Up || side.LastOutcome is not Outcome.Up)
        {
            var state = side switch
            {
                { State: null } => "was not probed yet",
                { State: Outcome.Unknown } or { LastOutcome: null or Outcome.Unknown } => $"cannot be told: {side.Text}",
                { State: Outcome.Up } => $"failed its newest probe ({Words.Of(side.LastOutcome)})",
                _ => $"is {Words.Of(side.State)}: {side.Text}",
            };
            yield return new(BarReason.SideDown, $"{side.Check} {state}");
        }
        else if (side.LastAgeMs is not { } age || age > side.AgeMaxMs)
        {
            yield return new(BarReason.SideStale, side.LastAgeMs is { } ms
                ? $"{side.Check} was probed last {Span(ms)} ago, at most {Span(side.AgeMaxMs)} is believed" : $"{side.Check} was not probed yet");
        }
        if (side.IsFlapping || side.Changes >= ChangesMax)
            yield return new(BarReason.SideFlapping, $"{side.Check} changed its mind {side.Changes} times in 10 min and is not relied on");
    }

    private static IEnumerable<Bar> BarsOf(FreshInputs fresh, CheckKey standby)
    {
        if (fresh.Trouble is { } trouble) yield return new(BarReason.NotFresh, $"how far {standby} is behind cannot be told: {trouble}");
        else if (fresh.Value is not { } value || fresh.AgeMs is not { } age) yield return new(BarReason.NotFresh, $"how far {standby} is behind was not asked yet");
        else if (age > fresh.AgeMaxMs) yield return new(BarReason.NotFresh, $"how far {standby} is behind was told {Span(age)} ago, at most {Span(fresh.AgeMaxMs)} is believed");
        else if (value > fresh.AtMost) yield return new(BarReason.NotFresh, FormattableString.Invariant($"{standby} is {value:0.###} behind, limit {fresh.AtMost:0.###}"));
    }

    private static IEnumerable<Bar> BarsOfAutomatic(FailoverInputs inputs)
    {
        if (inputs.Blind is { } evidence) yield return new(BarReason.Blind, $"Tocsin cannot see out: {evidence}");
        if (inputs.UsersServedAt is { } served && inputs.Primary.FirstFailedAt is { } failed && served > failed)
            yield return new(BarReason.UsersServed, $"users are served: {inputs.UsersCheck} was answered after {inputs.Primary.Check} had failed");
        if (inputs.Others >= OthersMin && inputs.OthersFailing * 2 > inputs.Others)
            yield return new(BarReason.CorrelatedLoss,
                $"{inputs.OthersFailing} of {inputs.Others} checks that have nothing to do with it fail too: look at the network and at Tocsin first");
        if (inputs.HeldBy is { } held) yield return new(BarReason.Held, $"everything automatic is held by {held}");
        if (inputs.SinceAutomaticMs is { } automatic && automatic < (long)AutomaticEvery.TotalMilliseconds)
            yield return new(BarReason.Spent, $"traffic of the service moved by itself {Span(automatic)} ago; once in {Durations.InWords(AutomaticEvery)}, the second is a person's");
        if (inputs.SinceMoveMs is { } since && since < inputs.CooldownMs)
            yield return new(BarReason.Cooldown, $"it moved {Span(since)} ago, the cooldown is {Span(inputs.CooldownMs)}");
    }

    private static string Good(FailoverInputs inputs) => inputs.Fresh is { Value: { } value, AtMost: var limit }
        ? FormattableString.Invariant($"{inputs.Standby.Check} is up and {value:0.###} behind (limit {limit:0.###})") : $"{inputs.Standby.Check} is up";

    private static string Span(long ms) => Durations.InWords(TimeSpan.FromMilliseconds(ms));
}
