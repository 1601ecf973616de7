using System.Collections.Concurrent;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Changes.Guarded;
using Tocsin.Kernel.Facts;

namespace Tocsin.Changes.Tests.Guarded;

public sealed class ChangeMachineTests
{
    private static GuardedChange Through(GuardedChange change, params ChangeEvent[] events)
    {
        foreach (var happened in events)
        {
            var step = ChangeMachine.Apply(change, happened);
            step.IsIgnored.ShouldBeFalse($"{change.Phase} × {happened}");
            change = step.Next;
        }
        return change;
    }

    private static readonly ChangeEvent.Arm Arm = Some.Events.OfType<ChangeEvent.Arm>().Single();

    private static readonly ChangeEvent[] ToObserving =
    [
        new ChangeEvent.Validated(null), new ChangeEvent.Judged(null, "version 1 → 2", []), new ChangeEvent.Approve(), Arm, new ChangeEvent.Written(null),
        new ChangeEvent.Answered(null, "says so"), new ChangeEvent.WatchBegan(),
    ];

    [Fact]
    public void Apply_GoodChange_IsConfirmed() =>
        Through(Some.Change(ChangePhase.Draft), [.. ToObserving, new ChangeEvent.Watched(WatchVerdict.Well, "up")]).Phase.ShouldBe(ChangePhase.Confirmed);

    [Fact]
    public void Apply_ChangeThatHurts_IsTakenBackAndProved() => Through(Some.Change(ChangePhase.Draft),
        [.. ToObserving, new ChangeEvent.Watched(WatchVerdict.Worse, "shop-page is down"), new ChangeEvent.PutBack(null), Arm, new ChangeEvent.Watched(WatchVerdict.Well, "up")])
        .Phase.ShouldBe(ChangePhase.Reverted);

    [Fact]
    public void Apply_RunningSideLies_IsTakenBackWithItsWords()
    {
        var step = ChangeMachine.Apply(Some.Change(ChangePhase.Written), new ChangeEvent.Answered("it works with 1234", ""));
        step.Next.Phase.ShouldBe(ChangePhase.Reverting);
        step.Facts.ShouldHaveSingleItem().ShouldBeOfType<ChangeReverting>().Text.ShouldContain("it works with 1234");
    }

    [Fact]
    public void Apply_TimerEndsOfARollBackThatDidNotHelp_KeepsTheProvedVersionAndCallsAPerson() =>
        ChangeMachine.Apply(Some.Change(ChangePhase.Observing, isRollBack: true), new ChangeEvent.TimerEnded("shop-page is down"))
            .Facts.ShouldHaveSingleItem().ShouldBeOfType<ChangeStuck>().Text.ShouldContain("did not help");

    [Fact]
    public void Apply_TimerEndsOfAChange_TakesItBack() =>
        ChangeMachine.Apply(Some.Change(ChangePhase.Observing), new ChangeEvent.TimerEnded("late")).Next.Phase.ShouldBe(ChangePhase.Reverting);

    [Fact]
    public void Apply_WriteFails_NothingWasChanged() =>
        ChangeMachine.Apply(Some.Change(ChangePhase.Armed), new ChangeEvent.Written("read-only")).Next.Phase.ShouldBe(ChangePhase.Refused);

    [Fact]
    public void Apply_RevertFails_IsStuckAtOnce() =>
        ChangeMachine.Apply(Some.Change(ChangePhase.Reverting), new ChangeEvent.PutBack("read-only")).Facts.ShouldHaveSingleItem().ShouldBeOfType<ChangeStuck>();

    [Fact]
    public void Apply_ConfirmedByAPerson_IsNotProved() => ChangeMachine.Apply(Some.Change(ChangePhase.Observing), new ChangeEvent.ConfirmNow("Ada"))
        .Facts.ShouldHaveSingleItem().ShouldBeOfType<ChangeConfirmed>().Proved.ShouldBeFalse();

    [Fact]
    public void Events_OfTheTests_AreAllThereAre() => Some.Events.Select(happened => happened.GetType()).Distinct().Count()
        .ShouldBe(typeof(ChangeEvent).GetNestedTypes(BindingFlags.NonPublic).Length);

    [Fact]
    public void Apply_EveryPhaseAndEvent_KeepsTheRules()
    {
        foreach (var phase in Enum.GetValues<ChangePhase>())
        {
            foreach (var happened in Some.Events)
            {
                foreach (var change in new[] { Some.Change(phase), Some.Change(phase, isRollBack: true) }) Check(change, ChangeMachine.Apply(change, happened));
            }
        }
    }

    private static bool Check(GuardedChange before, ChangeStep step)
    {
        var next = step.Next;
        if (step.IsIgnored) next.ShouldBe(before);
        if (before.Phase.IsFinal) step.IsIgnored.ShouldBeTrue();
        if (step.IsIgnored) return true;
        next.Step.ShouldBe(before.Step + 1);
        next.Why.ShouldNotBeEmpty();
        if (next.Phase.IsTimed) next.RevertAt.ShouldNotBeNull();
        else next.RevertAt.ShouldBeNull();
        // The file is written in Armed only, and the timer is kept by then.
        if (next.Phase == ChangePhase.Written) before.Phase.ShouldBe(ChangePhase.Armed);
        if (next.Phase == ChangePhase.Armed) before.Phase.ShouldBe(ChangePhase.Approved);
        if (next.Phase == ChangePhase.Approved) before.Phase.ShouldBe(ChangePhase.Planned);
        if (next.Phase == ChangePhase.Applied) before.Phase.ShouldBe(ChangePhase.Written);
        if (next.Phase == ChangePhase.Confirmed) before.Phase.ShouldBe(ChangePhase.Observing);
        if (next.Phase == ChangePhase.Reverted) before.Phase.ShouldBe(ChangePhase.Proving);
        // Refused means that nothing was written.
        if (next.Phase == ChangePhase.Refused) (before.Phase <= ChangePhase.Armed).ShouldBeTrue();
        if (next.Phase.IsFinal) step.Facts.ShouldHaveSingleItem();
        return true;
    }

    [Fact]
    public void Apply_AnyEvents_KeepTheRulesAndReachEveryPhase()
    {
        var reached = new ConcurrentDictionary<ChangePhase, int>();
        var drawn = from isRollBack in Gen.Elements(true, false)
                    from steps in Gen.Choose(0, Some.Events.Count - 1).ListOf(40)
                    select (isRollBack, steps);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(drawn.ToArbitrary(), one =>
        {
            var change = Some.Change(ChangePhase.Draft, one.isRollBack);
            foreach (var index in one.steps)
            {
                // The usual next event every other time: otherwise nearly all ends are refusals.
                var happened = index % 2 == 0 ? Usual(change.Phase) ?? Some.Events[index] : Some.Events[index];
                var step = ChangeMachine.Apply(change, happened);
                Check(change, step);
                change = step.Next;
                reached.AddOrUpdate(change.Phase, 1, (_, count) => count + 1);
            }
            return true;
        }));
        reached.Keys.Order().ShouldBe(Enum.GetValues<ChangePhase>().Order());
    }

    private static ChangeEvent? Usual(ChangePhase phase) => phase switch
    {
        < ChangePhase.Observing => ToObserving[(int)phase],
        ChangePhase.Reverting => new ChangeEvent.PutBack(null),
        ChangePhase.PutBack => Arm,
        _ => null,
    };
}
