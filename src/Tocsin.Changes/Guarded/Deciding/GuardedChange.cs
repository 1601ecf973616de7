using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>How far a guarded change is. The order is the usual order in time; the numbers are kept.</summary>
public enum ChangePhase
{
    /// <summary>Asked for. Next: the target's validator.</summary>
    Draft = 0,
    /// <summary>The validator takes it. Next: the guards, what it changes, and how it is undone.</summary>
    Validated = 1,
    /// <summary>Allowed, and its inverse is kept. Next: a responder's word.</summary>
    Planned = 2,
    Approved = 3,
    /// <summary>The revert timer is kept. Next: the write.</summary>
    Armed = 4,
    /// <summary>The file has the new content. Next: the running side takes it and says so.</summary>
    Written = 5,
    /// <summary>The running side works with it. Next: the users' side.</summary>
    Applied = 6,
    Observing = 7,
    /// <summary>It stays. Final.</summary>
    Confirmed = 8,
    /// <summary>It is taken back. Next: the write of what was there before.</summary>
    Reverting = 9,
    /// <summary>The file has the old content. Next: the running side takes it and says so.</summary>
    PutBack = 10,
    /// <summary>The same checks prove the old state.</summary>
    Proving = 11,
    /// <summary>Everything is as before. Final.</summary>
    Reverted = 12,
    /// <summary>Nothing was written. Final.</summary>
    Refused = 13,
    /// <summary>Neither confirmed nor reverted: a person is needed. Final.</summary>
    Stuck = 14,
}

public static class ChangePhases
{
    extension(ChangePhase phase)
    {
        public bool IsFinal => phase is ChangePhase.Confirmed or ChangePhase.Reverted or ChangePhase.Refused or ChangePhase.Stuck;

        /// <summary>The file may hold the new content, and a revert timer runs.</summary>
        public bool IsTimed => phase is ChangePhase.Armed or ChangePhase.Written or ChangePhase.Applied or ChangePhase.Observing or ChangePhase.Proving;

        /// <summary>Nothing was written yet.</summary>
        public bool IsBeforeTheWrite => phase < ChangePhase.Armed;

        public string InWords => phase switch
        {
            ChangePhase.Draft => "being validated",
            ChangePhase.Validated => "being judged by its guards",
            ChangePhase.Planned => "waiting for approval",
            ChangePhase.Approved => "approved",
            ChangePhase.Armed => "being written",
            ChangePhase.Written => "being taken up",
            ChangePhase.Applied or ChangePhase.Observing => "being watched",
            ChangePhase.Confirmed => "confirmed",
            ChangePhase.Reverting or ChangePhase.PutBack => "being taken back",
            ChangePhase.Proving => "taken back, being watched",
            ChangePhase.Reverted => "reverted",
            ChangePhase.Refused => "refused",
            ChangePhase.Stuck => "stuck",
        };
    }
}

/// <summary>One content for one target on its way. Immutable.</summary>
public sealed record GuardedChange
{
    public required ChangeId Id { get; init; }
    public required TargetKey Target { get; init; }
    public required ServiceKey Service { get; init; }
    public required ChangePhase Phase { get; init; }
    /// <summary>Puts back a version that was proved healthy: guards do not hold it up.</summary>
    public required bool IsRollBack { get; init; }
    /// <summary>From whose page it was asked; null when from none.</summary>
    public IncidentId? Incident { get; init; }
    public required Actor By { get; init; }
    public required string Reason { get; init; }
    /// <summary>SHA-256 of what it replaces: the inverse.</summary>
    public required string From { get; init; }
    public required string To { get; init; }
    /// <summary>What it changes, in one line; empty until planned.</summary>
    public string Diff { get; init; } = "";
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Until then it is confirmed or taken back; wall clock, for the next process. Null while no timer runs.</summary>
    public DateTimeOffset? RevertAt { get; init; }
    /// <summary>Length of that timer: no clock can make it longer.</summary>
    public TimeSpan Timer { get; init; }
    /// <summary>Watched checks that were up when it was armed: one of them failing means worse.</summary>
    public IReadOnlyList<CheckKey> WellBefore { get; init; } = [];
    /// <summary>Of the last step, as a sentence.</summary>
    public string Why { get; init; } = "";
    /// <summary>Number of steps made; a step is made from the one that was read.</summary>
    public long Step { get; init; }
}
