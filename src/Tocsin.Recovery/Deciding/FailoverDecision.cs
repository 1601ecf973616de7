using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery.Deciding;

/// <summary>Why traffic does not move. The order is the order of weight.</summary>
internal enum BarReason
{
    NoSwitch, Moving, SideDown, SideStale, SideFlapping, NotFresh, MoveBack, Blind, UsersServed, CorrelatedLoss, Held, Spent, Cooldown,
}

/// <summary>One reason why traffic does not move, with its sentence.</summary>
internal sealed record Bar(BarReason Reason, string Text)
{
    /// <summary>Nothing moves, whoever asks.</summary>
    public bool IsAbsolute => Reason is BarReason.NoSwitch or BarReason.Moving;

    /// <summary>The side that would get the traffic is not fit for it: only a person who says so moves it all the same.</summary>
    public bool IsOfTheSide => Reason is BarReason.SideDown or BarReason.SideStale or BarReason.SideFlapping or BarReason.NotFresh;

    /// <summary>Holds the program back; a person decides for themselves.</summary>
    public bool IsOfAutomatic => !IsAbsolute && !IsOfTheSide;
}

/// <summary>What to do about the traffic of a service. Closed hierarchy.</summary>
internal abstract record FailoverDecision
{
    private FailoverDecision() { }

    /// <summary>Nothing is wrong with the side that has the traffic.</summary>
    internal sealed record Rest : FailoverDecision;

    /// <summary>A move is not proved yet, or the journal is about to say what the prober found: first that.</summary>
    internal sealed record Wait : FailoverDecision;

    internal sealed record Move(string Why) : FailoverDecision;

    /// <param name="Notes">What an automatic move would have been refused for; a person weighs it.</param>
    internal sealed record Propose(string Why, IReadOnlyList<Bar> Notes) : FailoverDecision;

    internal sealed record Shadow(string Why) : FailoverDecision;

    /// <param name="Proposal">Why a person is asked nevertheless; null when nobody is.</param>
    internal sealed record Refuse(TrafficSide To, IReadOnlyList<Bar> Bars, string? Proposal) : FailoverDecision;
}
