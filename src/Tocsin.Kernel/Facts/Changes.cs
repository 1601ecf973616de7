namespace Tocsin.Kernel.Facts;

/// <summary>A step of a guarded change of a target. Belongs to the story of incidents on its path, and of the one it was asked from.</summary>
public interface ITargetFact
{
    TargetKey Target { get; }
    ServiceKey Service { get; }
    /// <summary>The incident from which it was asked; null when from none.</summary>
    IncidentId? Incident { get; }
    /// <summary>One sentence for people, at most about 300 characters.</summary>
    string Text { get; }
}

/// <summary>A change passed the target's validator and its guards; what it will do and how it is undone are kept.</summary>
/// <param name="From">SHA-256 of the content that is replaced, lower-case hex.</param>
/// <param name="To">SHA-256 of the content that comes.</param>
/// <param name="Touches">Services that need the target's service: whom it may hurt.</param>
/// <param name="RollBack">True when a version proved healthy is put back.</param>
[JournalKind("change.planned")]
public sealed record ChangePlanned(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, bool RollBack, string From, string To,
    IReadOnlyList<ServiceKey> Touches, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>A change was refused before anything was written.</summary>
/// <param name="Change">Null when it was refused at the door, such as while another is under way.</param>
[JournalKind("change.refused")]
public sealed record ChangeRefused(
    ChangeId? Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, bool RollBack, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Change is { } change ? Subject.Of(change) : Subject.Of(Target);
    public override ServiceKey? OfService => Service;
}

/// <summary>The revert timer is kept; the target is written only after this.</summary>
/// <param name="RevertAt">When the change is taken back unless it is confirmed before, as the wall clock stood.</param>
[JournalKind("change.armed")]
public sealed record ChangeArmed(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, DateTimeOffset RevertAt, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>The running side works with the new content, by its own word.</summary>
[JournalKind("change.applied")]
public sealed record ChangeApplied(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>A change stays.</summary>
/// <param name="Proved">True when the users' side was well for the whole window; false when a person said so earlier.</param>
[JournalKind("change.confirmed")]
public sealed record ChangeConfirmed(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, bool Proved, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>A change is being taken back, and why.</summary>
[JournalKind("change.reverting")]
public sealed record ChangeReverting(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>What was there before the change is there again, proved by the same checks.</summary>
[JournalKind("change.reverted")]
public sealed record ChangeReverted(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}

/// <summary>A change ended neither confirmed nor reverted: a person is needed.</summary>
[JournalKind("change.stuck")]
public sealed record ChangeStuck(
    ChangeId Change, TargetKey Target, ServiceKey Service, IncidentId? Incident, string Text) : Fact, ITargetFact
{
    public override Subject Subject => Subject.Of(Change);
    public override ServiceKey? OfService => Service;
}
