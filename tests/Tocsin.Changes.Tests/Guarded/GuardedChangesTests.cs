using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Tests.Guarded;

[Trait("Database", "both")]
public sealed class GuardedChangesTests : IAsyncLifetime
{
    private readonly TargetWorld world = new();

    public async Task InitializeAsync() => await world.ProveAsync();
    public async Task DisposeAsync() => await world.DisposeAsync();

    private async Task<GuardedChange> EndAsync(ChangeAnswer answer)
    {
        answer.Kind.ShouldBe(ChangeAnswerKind.Begun, answer.Text);
        var ended = await world.EndAsync();
        world.Broken.ShouldBeNull();
        return ended;
    }

    [Fact]
    public async Task Propose_GoodContent_IsConfirmedWithEveryStepInTheJournal()
    {
        var ended = await EndAsync(await world.ProposeAsync(TargetWorld.Better));
        (ended.Phase, ended.Diff).ShouldBe((ChangePhase.Confirmed, "version 1 → 3"));
        (world.Content, world.Running).ShouldBe((TargetWorld.Better, TargetWorld.Better));
        (await world.FactsAsync()).Select(fact => fact.GetType()).ShouldBe(
            [typeof(ChangePlanned), typeof(ChangeArmed), typeof(ChangeRecorded), typeof(ChangeApplied), typeof(ChangeConfirmed)]);
        var planned = (await world.FactsAsync()).OfType<ChangePlanned>().Single();
        planned.Touches.ShouldBe([new ServiceKey("checkout")]);
        (await world.Store.ReadAsync(async tx => await GuardedStore.StepsAsync(tx, ended.Id))).Select(step => step.Phase).ShouldBe(
            [ChangePhase.Draft, ChangePhase.Validated, ChangePhase.Planned, ChangePhase.Approved, ChangePhase.Armed, ChangePhase.Written, ChangePhase.Applied,
             ChangePhase.Observing, ChangePhase.Confirmed]);
    }

    [Fact]
    public async Task Propose_ContentThatHurtsUsers_IsTakenBackAndProved()
    {
        var ended = await EndAsync(await world.ProposeAsync(TargetWorld.Bad));
        ended.Phase.ShouldBe(ChangePhase.Reverted, ended.Why);
        (world.Content, world.Running).ShouldBe((TargetWorld.Good, TargetWorld.Good));
        (await world.FactsAsync()).OfType<ChangeReverting>().Single().Text.ShouldContain("shop-page is down (answered 500)");
        // It was taken back: nobody puts it back by a press of a button.
        (await world.RollBackAsync()).Text.ShouldBe("No other version of api-release was proved healthy, so there is nothing to put back.");
    }

    [Fact]
    public async Task Propose_RunningSideDoesNotTakeIt_IsTakenBack()
    {
        world.SideListens = false;
        var ended = await EndAsync(await world.ProposeAsync(TargetWorld.Better));
        ended.Phase.ShouldBe(ChangePhase.Reverted, ended.Why);
        world.Content.ShouldBe(TargetWorld.Good);
        (await world.FactsAsync()).OfType<ChangeReverting>().Single().Text.ShouldContain("works with something else");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Propose_RefusedByValidatorOrGuard_WritesNothing(bool isValidator)
    {
        if (isValidator) world.Validator = _ => "not today";
        else world.Guard = _ => "not today";
        var ended = await EndAsync(await world.ProposeAsync(TargetWorld.Better));
        (ended.Phase, world.Writes, world.Content).ShouldBe((ChangePhase.Refused, 0, TargetWorld.Good));
        (await world.FactsAsync()).OfType<ChangeRefused>().ShouldHaveSingleItem().Text.ShouldContain("not today");
        (await world.FactsAsync()).OfType<ChangeRecorded>().ShouldBeEmpty();
        var changes = await world.Store.ReadAsync(async tx => await ChangeStore.RecentAsync(tx, null, 10));
        changes.ShouldBeEmpty("nothing was altered, so nothing stands among the changes");
    }

    [Fact]
    public async Task Propose_WhileOneIsPending_IsRefusedWithTheReason()
    {
        var first = await world.ProposeAsync(TargetWorld.Better);
        await world.RunAsync(1);
        var second = await world.ProposeAsync(TargetWorld.Bad);
        (second.Kind, second.Change).ShouldBe((ChangeAnswerKind.TooLate, first.Change));
        second.Text.ShouldContain($"ada began a change 1 s ago; {first.Change} is being watched");
        (await world.FactsAsync()).OfType<ChangeRefused>().ShouldHaveSingleItem().Change.ShouldBeNull();
    }

    [Fact]
    public async Task RollBack_PressedByTwentyAtOnce_ActsOnceAndTellsTheOthersWhoDid()
    {
        await BreakByHandAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.RollBackAsync()));
        answers.Count(answer => answer.Kind == ChangeAnswerKind.Begun).ShouldBe(1);
        answers.Where(answer => answer.Kind != ChangeAnswerKind.Begun).ShouldAllBe(answer =>
            answer.Kind == ChangeAnswerKind.TooLate && answer.Text.StartsWith("ada pressed Roll back", StringComparison.Ordinal));
        await world.EndAsync();
        world.Writes.ShouldBe(1);
    }

    /// <summary>Somebody edits the file and tells the running side, without Tocsin.</summary>
    private async Task BreakByHandAsync()
    {
        await File.WriteAllTextAsync(world.File, TargetWorld.Bad);
        world.Reload();
        await world.RunAsync(4);
    }

    [Fact]
    public async Task RollBack_AfterAChangeByHand_PutsBackWhatWasProvedHealthy()
    {
        await BreakByHandAsync();
        var drift = (await world.FactsAsync()).OfType<ChangeRecorded>().ShouldHaveSingleItem();
        (drift.Kind, drift.Description).ShouldBe(("drift", "Seen on the target, not made through Tocsin: version 1 → 2"));
        world.Guard = _ => throw new InvalidOperationException("guards do not hold up a version that was proved healthy");
        var ended = await EndAsync(await world.RollBackAsync(new IncidentId(42)));
        ended.Phase.ShouldBe(ChangePhase.Confirmed, ended.Why);
        (world.Content, world.Running).ShouldBe((TargetWorld.Good, TargetWorld.Good));
        (await world.FactsAsync()).OfType<ITargetFact>().ShouldAllBe(fact => fact.Incident == new IncidentId(42));
        (await world.FactsAsync()).OfType<ChangeRecorded>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task RollBack_ThatDoesNotHelp_StaysAndCallsAPerson()
    {
        await BreakByHandAsync();
        world.IsHealthy = _ => false;
        var ended = await EndAsync(await world.RollBackAsync());
        (ended.Phase, world.Content).ShouldBe((ChangePhase.Stuck, TargetWorld.Good));
        (await world.FactsAsync()).OfType<ChangeStuck>().ShouldHaveSingleItem().Text.ShouldContain("did not help");
    }

    [Fact]
    public async Task RollBack_NothingProved_SaysSo()
    {
        (await world.RollBackAsync()).ShouldBe(new ChangeAnswer(ChangeAnswerKind.Refused, null,
            "No other version of api-release was proved healthy, so there is nothing to put back."));
        (await world.FactsAsync()).OfType<ChangeRefused>().ShouldHaveSingleItem().RollBack.ShouldBeTrue();
    }

    [Fact]
    public async Task Watch_FileIsEditedMeanwhile_LeavesItAndCallsAPerson()
    {
        await world.ProposeAsync(TargetWorld.Better);
        await world.RunAsync(2);
        await File.WriteAllTextAsync(world.File, """{"version":9}""");
        var ended = await world.EndAsync();
        (ended.Phase, world.Content).ShouldBe((ChangePhase.Stuck, """{"version":9}"""));
        ended.Why.ShouldContain("by hand");
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    public async Task Watch_WallClockJumps_NeitherRevertsEarlyNorNever(int seconds)
    {
        await world.ProposeAsync(TargetWorld.Better);
        await world.RunAsync(1);
        world.Clock.StepWall(TimeSpan.FromSeconds(seconds));
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Confirmed);
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    public async Task RevertTimer_WallClockJumpsWhileItRuns_TakesBackInItsTime(int seconds)
    {
        // Without results nobody is called well or ill: only the timer can end it.
        world.AreProbesStopped = true;
        await world.ProposeAsync(TargetWorld.Better);
        var began = world.Clock.Elapsed;
        await world.RunAsync(1);
        var timer = (await world.LastAsync()).ShouldNotBeNull().Timer;
        world.Clock.StepWall(TimeSpan.FromSeconds(seconds));
        await world.RunAsync(timer.TotalSeconds - 2);
        (await world.LastAsync()).ShouldNotBeNull().Phase.ShouldBe(ChangePhase.Observing, "it was taken back early");
        await world.RunAsync(30, async () => await world.LastAsync() is { Phase: not ChangePhase.Observing });
        (world.Clock.Elapsed - began).ShouldBeInRange(timer, timer + TimeSpan.FromSeconds(1));
        world.AreProbesStopped = false;
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Reverted);
    }

    [Theory]
    [InlineData(-86_400, 30)]
    [InlineData(86_400, 1)]
    public async Task RevertTimer_WallClockJumpsBetweenTwoProcesses_NeverTakesLongerThanItsLength(int seconds, int atLeastSeconds)
    {
        world.AreProbesStopped = true;
        await world.ProposeAsync(TargetWorld.Better);
        await world.RunAsync(1);
        world.Clock.StepWall(TimeSpan.FromSeconds(seconds));
        await world.RestartAsync();
        var began = world.Clock.Elapsed;
        await world.RunAsync(600, async () => await world.LastAsync() is { Phase: not ChangePhase.Observing });
        (world.Clock.Elapsed - began).ShouldBeInRange(TimeSpan.FromSeconds(atLeastSeconds - 1), (await world.LastAsync())!.Timer + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task RevertTimer_EndedWhileTheProgramWasDown_TakesBackAtTheStart()
    {
        await world.ProposeAsync(TargetWorld.Better);
        await world.RunAsync(2);
        world.IsHealthy = content => content == TargetWorld.Good;
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.RestartAsync();
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Reverted);
        world.Content.ShouldBe(TargetWorld.Good);
    }

    [Fact]
    public async Task Revert_ByAPersonDuringTheWatch_TakesItBackAndConfirmComesTooLate()
    {
        var id = (await world.ProposeAsync(TargetWorld.Better)).Change!.Value;
        await world.RunAsync(1);
        (await world.Changes.RevertAsync(id, Actor.User(new PersonKey("grace")))).Kind.ShouldBe(ChangeAnswerKind.Begun);
        (await world.Changes.ConfirmAsync(id, Actor.User(new PersonKey("ada")))).Kind.ShouldBe(ChangeAnswerKind.TooLate);
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Reverted);
        (await world.FactsAsync()).OfType<ChangeReverting>().Single().Text.ShouldContain("grace took it back");
    }

    [Fact]
    public async Task Confirm_ByAPerson_KeepsItUnproved()
    {
        var id = (await world.ProposeAsync(TargetWorld.Better)).Change!.Value;
        await world.RunAsync(1);
        await world.Changes.ConfirmAsync(id, Actor.User(new PersonKey("ada")));
        (await world.LastAsync()).ShouldNotBeNull().Phase.ShouldBe(ChangePhase.Confirmed);
        (await world.Store.ReadAsync(async tx => await VersionStore.FindAsync(tx, world.Key, (await VersionStore.StateAsync(tx, world.Key))!.Sha)))
            .ShouldNotBeNull().ProvedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Propose_FileIsGone_IsRefusedWithTheReason()
    {
        File.Delete(world.File);
        var answer = await world.ProposeAsync(TargetWorld.Better);
        (answer.Kind, answer.Text).ShouldBe((ChangeAnswerKind.Refused, $"api-release: {world.File} is not there."));
    }

    [Fact]
    public async Task Propose_BadContent_IsInvalid()
    {
        (await world.Changes.ProposeAsync(world.Key, new byte[TargetModel.BytesMax + 1], "why", Actor.Tocsin)).Text
            .ShouldBe("The content has 256 KiB, at most 256 KiB are taken.");
        (await world.Changes.ProposeAsync(world.Key, [0xff, 0xfe], "why", Actor.Tocsin)).Text.ShouldBe("The content is not text in UTF-8.");
        (await world.ProposeAsync(TargetWorld.Good)).Text.ShouldBe("api-release has this content already; nothing was done.");
        (await world.Changes.ProposeAsync(new TargetKey("other"), [], "why", Actor.Tocsin)).Kind.ShouldBe(ChangeAnswerKind.Unknown);
    }

    [Fact]
    public async Task Drift_WhileTheProgramWasDown_IsFoundAtTheStart()
    {
        await File.WriteAllTextAsync(world.File, TargetWorld.Better);
        await world.RestartAsync();
        await world.RunAsync(2);
        (await world.FactsAsync()).OfType<ChangeRecorded>().ShouldHaveSingleItem().Title.ShouldBe("api-release was changed by hand");
    }
}
