using Tocsin.Kernel.Ports;

namespace Tocsin.Kernel.Facts;

/// <summary>Where a switch leads traffic to.</summary>
public enum TrafficSide { Primary, Standby }

/// <summary>What a failover may do by itself: only say what it would do, ask a person, or act.</summary>
public enum FailoverMode { Shadow, Approve, Automatic }

/// <summary>What was known about one side when a decision was made.</summary>
/// <param name="State">Confirmed; null until its check was judged.</param>
/// <param name="Written">What the journal says of it; null when it says nothing yet.</param>
/// <param name="LastOutcome">Of the newest probe, before confirmation.</param>
/// <param name="LastAgeMs">Since the newest probe; null when there was none.</param>
/// <param name="AgeMaxMs">A newest probe older than this says nothing.</param>
/// <param name="Changes">Changes of its state in the last 10 min.</param>
/// <param name="Text">What its check says, as a sentence.</param>
public sealed record SideInputs(
    CheckKey Check, Outcome? State, Outcome? Written, DateTimeOffset? FirstFailedAt, Outcome? LastOutcome, long? LastAgeMs, long AgeMaxMs, int Changes,
    bool IsFlapping, string Text);

/// <summary>How far the data of a standby is behind.</summary>
/// <param name="Value">As its address told it; null when it could not be had.</param>
/// <param name="AgeMs">Since it was asked.</param>
/// <param name="Trouble">Why there is no value; null when there is one.</param>
public sealed record FreshInputs(double? Value, double AtMost, long? AgeMs, long AgeMaxMs, string? Trouble);

/// <summary>Everything that a decision about traffic looks at: the same inputs give the same decision again.</summary>
/// <param name="Move">Number of the last move; 0 before the first.</param>
/// <param name="IsMoving">The last move is not proved yet.</param>
/// <param name="SwitchTrouble">Why the switch does not listen; null when it does.</param>
/// <param name="Fresh">Null when the configuration asks nothing of the standby's data.</param>
/// <param name="UsersCheck">The check that goes through the switch as users do; null when there is none.</param>
/// <param name="UsersServedAt">Start of its newest probe when that one was answered; else null.</param>
/// <param name="Blind">Evidence that the fault is our own; null when there is none.</param>
/// <param name="Others">Checks that neither need this service nor are the standby's.</param>
/// <param name="HeldBy">Who holds everything automatic, why and until when, in words; null when nobody does.</param>
/// <param name="SinceMoveMs">Since the last move of this switch; null when there was none.</param>
/// <param name="SinceAutomaticMs">Since the last automatic move of the service; null when there was none.</param>
public sealed record FailoverInputs(
    FailoverMode Mode, TrafficSide Active, long Move, bool IsMoving, string? SwitchTrouble, SideInputs Primary, SideInputs Standby, FreshInputs? Fresh,
    CheckKey? UsersCheck, DateTimeOffset? UsersServedAt, string? Blind, int Others, int OthersFailing, string? HeldBy, long? SinceMoveMs,
    long CooldownMs, long? SinceAutomaticMs);

/// <summary>A fact about the traffic of a service: it stands in the story of every incident on its path.</summary>
public interface IFailoverFact
{
    FailoverKey Failover { get; }
}

/// <summary>Traffic goes to the other side from now on: written before the switch turns.</summary>
/// <param name="Move">Number of the move within the failover, from 1: the switch never obeys an older one.</param>
[JournalKind("failover.started")]
public sealed record FailoverStarted(
    FailoverKey Failover, ServiceKey Service, long Move, TrafficSide From, TrafficSide To, bool Automatic, string Why, FailoverInputs Inputs)
    : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>A connection through the switch was served by the new side.</summary>
/// <param name="TookMs">Since the decision.</param>
/// <param name="Proof">What answered, as a sentence.</param>
[JournalKind("failover.moved")]
public sealed record FailoverMoved(
    FailoverKey Failover, ServiceKey Service, long Move, TrafficSide From, TrafficSide To, bool Automatic, string Why, long TookMs, string Proof)
    : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>The switch has turned, and nothing was served through it within the time allowed. It goes on being tried.</summary>
[JournalKind("failover.unproved")]
public sealed record FailoverUnproved(FailoverKey Failover, ServiceKey Service, long Move, TrafficSide To, string Why) : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>Traffic was not moved, and why not.</summary>
/// <param name="Automatic">False when a person had asked for it.</param>
/// <param name="Reasons">Sentences, the weightiest first.</param>
[JournalKind("failover.refused")]
public sealed record FailoverRefused(
    FailoverKey Failover, ServiceKey Service, TrafficSide From, TrafficSide To, bool Automatic, IReadOnlyList<string> Reasons, FailoverInputs Inputs)
    : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>A person is asked whether to move traffic.</summary>
[JournalKind("failover.proposed")]
public sealed record FailoverProposed(
    FailoverKey Failover, ServiceKey Service, long Proposal, TrafficSide From, TrafficSide To, string Why, FailoverInputs Inputs) : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>A proposal ended: it was followed, or its conditions no longer hold.</summary>
[JournalKind("failover.proposal_ended")]
public sealed record FailoverProposalEnded(FailoverKey Failover, ServiceKey Service, long Proposal, string Why) : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>In shadow mode: what an automatic failover would have done.</summary>
[JournalKind("failover.shadowed")]
public sealed record FailoverShadowed(
    FailoverKey Failover, ServiceKey Service, TrafficSide From, TrafficSide To, string Why, FailoverInputs Inputs) : Fact, IFailoverFact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>A switch cannot listen: users of its address reach nothing.</summary>
[JournalKind("switch.failed")]
public sealed record SwitchFailed(FailoverKey Failover, ServiceKey Service, string Address, string Why) : Fact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>A switch that could not listen does.</summary>
[JournalKind("switch.listening")]
public sealed record SwitchListening(FailoverKey Failover, ServiceKey Service, string Address) : Fact
{
    public override Subject Subject => Subject.Of(Failover);
    public override ServiceKey? OfService => Service;
}

/// <summary>Somebody holds everything automatic.</summary>
/// <param name="Owner">Name for people.</param>
[JournalKind("hold.set")]
public sealed record HoldSet(long Hold, string Owner, string Why, DateTimeOffset Until) : Fact
{
    public override Subject Subject => Subject.Server;
}

/// <summary>Automatic actions are free again.</summary>
/// <param name="Expired">Its time was over; false when a person ended or replaced it.</param>
[JournalKind("hold.ended")]
public sealed record HoldEnded(long Hold, string Owner, string Why, bool Expired) : Fact
{
    public override Subject Subject => Subject.Server;
}
