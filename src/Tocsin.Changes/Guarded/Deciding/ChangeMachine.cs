using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Changes.Guarded;

/// <summary>What came of an event.</summary>
/// <param name="Facts">For the journal, in order; the change itself is told as <see cref="ChangeRecorded"/> when it was written.</param>
/// <param name="IsIgnored">The event does not fit the phase: an answer that came late, a second press.</param>
internal sealed record ChangeStep(GuardedChange Next, IReadOnlyList<Fact> Facts, bool IsIgnored);

/// <summary>The life of a guarded change: Draft → Validated → Planned → Approved → Armed → Written → Applied → Observing →
/// Confirmed, or Reverting → PutBack → Proving → Reverted, or Refused before the write, or Stuck.</summary>
internal static class ChangeMachine
{
    /// <summary>Decides what an event does. No I/O, no clock; total over phases and events.</summary>
    public static ChangeStep Apply(GuardedChange change, ChangeEvent happened) => (change.Phase, happened) switch
    {
        (ChangePhase.Draft, ChangeEvent.Validated { Fault: null }) => To(change, ChangePhase.Validated, "the validator takes it"),
        (ChangePhase.Draft, ChangeEvent.Validated { Fault: { } fault }) => Refuse(change, fault),
        (ChangePhase.Validated, ChangeEvent.Judged { Fault: { } fault }) => Refuse(change, fault),
        (ChangePhase.Validated, ChangeEvent.Judged judged) => Plan(change, judged),
        (ChangePhase.Planned, ChangeEvent.Approve) => To(change, ChangePhase.Approved, $"approved by {change.By.InWords}"),
        (ChangePhase.Approved, ChangeEvent.Arm arm) => Arm(change, arm),
        (ChangePhase.Armed, ChangeEvent.Written { Fault: null }) => To(change, ChangePhase.Written, "the file has the new content"),
        (ChangePhase.Armed, ChangeEvent.Written { Fault: { } fault }) => Refuse(change, fault),
        (ChangePhase.Written, ChangeEvent.Answered { Fault: { } fault }) => Revert(change, fault),
        (ChangePhase.Written, ChangeEvent.Answered answered) => Applied(change, answered.Evidence),
        (ChangePhase.Applied, ChangeEvent.WatchBegan) => To(change, ChangePhase.Observing, "the users' side is watched"),
        (ChangePhase.Observing, ChangeEvent.Watched { Verdict: WatchVerdict.Well } watched) => Confirm(change, isProved: true, watched.Text),
        (ChangePhase.Observing, ChangeEvent.Watched { Verdict: WatchVerdict.Worse } watched) => Revert(change, watched.Text),
        (ChangePhase.Observing, ChangeEvent.ConfirmNow confirm) => Confirm(change, isProved: false, $"{confirm.Who} confirmed it before the window was over"),
        (ChangePhase.Observing or ChangePhase.Proving, ChangeEvent.Overtaken) =>
            Stick(change, "somebody changed the file by hand meanwhile; it was left as it is"),
        // What was proved healthy once is the safer place to rest: it stays, and a person is told that it did not help.
        (ChangePhase.Observing, ChangeEvent.TimerEnded ended) when change.IsRollBack => Stick(change, $"it was put back and did not help: {ended.Text}"),
        (ChangePhase.Armed or ChangePhase.Written or ChangePhase.Applied or ChangePhase.Observing, ChangeEvent.TimerEnded ended) =>
            Revert(change, $"it was not confirmed within {Durations.InWords(change.Timer)}: {ended.Text}"),
        (ChangePhase.Armed or ChangePhase.Written or ChangePhase.Applied or ChangePhase.Observing, ChangeEvent.RevertNow revert) =>
            Revert(change, $"{revert.Who} took it back"),
        (ChangePhase.Draft or ChangePhase.Validated or ChangePhase.Planned or ChangePhase.Approved, ChangeEvent.RevertNow revert) =>
            Refuse(change, $"{revert.Who} called it off"),
        (ChangePhase.Draft or ChangePhase.Validated or ChangePhase.Planned or ChangePhase.Approved, ChangeEvent.Gone) =>
            Refuse(change, "the target is no longer configured"),
        ({ IsFinal: false }, ChangeEvent.Gone) => Stick(change, "the target is no longer configured; its file was left as it is"),
        (ChangePhase.Reverting, ChangeEvent.PutBack { Fault: null }) => To(change, ChangePhase.PutBack, "the file has the old content"),
        (ChangePhase.Reverting, ChangeEvent.PutBack { Fault: { } fault }) => Stick(change, $"it could not be taken back: {fault}"),
        (ChangePhase.PutBack, ChangeEvent.Answered { Fault: { } fault }) => Stick(change, $"the old content is back, and {fault}"),
        (ChangePhase.PutBack, ChangeEvent.Arm arm) => To(
            change with { RevertAt = arm.RevertAt, Timer = arm.Timer }, ChangePhase.Proving, "the running side works with the old content"),
        (ChangePhase.Proving, ChangeEvent.Watched { Verdict: WatchVerdict.Well } watched) => Reverted(change, watched.Text),
        (ChangePhase.Proving, ChangeEvent.TimerEnded ended) => Stick(change, $"the old content is back, and still: {ended.Text}"),
        _ => new ChangeStep(change, [], IsIgnored: true),
    };

    private static string Name(GuardedChange change) => change.IsRollBack ? $"Roll back of {change.Target}" : $"Change of {change.Target}";

    private static ChangeStep To(GuardedChange change, ChangePhase phase, string why, params IReadOnlyList<Fact> facts) => new(
        change with { Phase = phase, Why = why, Step = change.Step + 1, RevertAt = phase.IsTimed ? change.RevertAt : null }, facts, IsIgnored: false);

    private static ChangeStep Refuse(GuardedChange change, string why) => To(change, ChangePhase.Refused, why, new ChangeRefused(
        change.Id, change.Target, change.Service, change.Incident, change.IsRollBack, $"{Name(change)} refused: {why}"));

    private static ChangeStep Plan(GuardedChange change, ChangeEvent.Judged judged) => To(change with { Diff = judged.Diff }, ChangePhase.Planned, judged.Diff,
        new ChangePlanned(change.Id, change.Target, change.Service, change.Incident, change.IsRollBack, change.From, change.To, judged.Touches,
            $"{Name(change)} planned ({change.Reason}): {judged.Diff}"));

    private static ChangeStep Arm(GuardedChange change, ChangeEvent.Arm arm) => To(
        change with { RevertAt = arm.RevertAt, Timer = arm.Timer, WellBefore = arm.WellBefore }, ChangePhase.Armed,
        $"taken back in {Durations.InWords(arm.Timer)} unless it is confirmed", new ChangeArmed(change.Id, change.Target, change.Service, change.Incident, arm.RevertAt,
            $"{Name(change)}: taken back in {Durations.InWords(arm.Timer)} unless it is confirmed"));

    private static ChangeStep Applied(GuardedChange change, string evidence) => To(change, ChangePhase.Applied, evidence,
        new ChangeApplied(change.Id, change.Target, change.Service, change.Incident, $"{Name(change)} applied: {evidence}"));

    private static ChangeStep Confirm(GuardedChange change, bool isProved, string why) => To(change, ChangePhase.Confirmed, why,
        new ChangeConfirmed(change.Id, change.Target, change.Service, change.Incident, isProved, $"{Name(change)} confirmed: {why}"));

    private static ChangeStep Revert(GuardedChange change, string why) => To(change, ChangePhase.Reverting, why,
        new ChangeReverting(change.Id, change.Target, change.Service, change.Incident, $"{Name(change)} is taken back: {why}"));

    private static ChangeStep Reverted(GuardedChange change, string why) => To(change, ChangePhase.Reverted, why,
        new ChangeReverted(change.Id, change.Target, change.Service, change.Incident, $"{Name(change)} was taken back: {why}"));

    private static ChangeStep Stick(GuardedChange change, string why) => To(change, ChangePhase.Stuck, why,
        new ChangeStuck(change.Id, change.Target, change.Service, change.Incident, $"{Name(change)} needs a person: {why}"));
}
