using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Tests;
using Tocsin.Testing;

namespace Tocsin.Recovery.Tests;

[Trait("Database", "both")]
public sealed class FailoverTimelineTests
{
    [Fact]
    public async Task Automatic_PrimaryDown_MovesProvesAndSaysWhy()
    {
        await using var stage = new Stage();
        await stage.TurnAsync();
        (await stage.AskAsync()).ShouldBe("primary: hello");
        await stage.SayAsync("api-page", Outcome.Down);
        stage.Primary.Dispose();
        var moved = await stage.UntilAsync<FailoverMoved>();
        (moved.To, moved.Automatic).ShouldBe((TrafficSide.Standby, true));
        moved.Proof.ShouldContain("answered 200 through");
        (await stage.AskAsync()).ShouldBe("standby: hello");
        var entries = await stage.EntriesAsync();
        var started = entries.Single(entry => entry.Fact is FailoverStarted);
        started.Cause.ShouldBe(entries.Single(entry => entry.Fact is CheckDown).Seq);
        started.Service.ShouldBe(new ServiceKey("api"));
        // A refusal that is repeated, or a second move, would be a bug: nothing more is written.
        for (var i = 0; i < 5; i++) await stage.TurnAsync();
        (await stage.EntriesAsync()).Count.ShouldBe(entries.Count);
    }

    [Fact]
    public async Task StandbyBrokenToo_NothingMovesAndTheRefusalIsWrittenOnce()
    {
        await using var stage = new Stage();
        await stage.SayAsync("api-standby-page", Outcome.Down);
        await stage.SayAsync("api-page", Outcome.Down);
        for (var i = 0; i < 5; i++) await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons.ShouldBe(["api-standby-page is down: refused"]);
        (await stage.FactsAsync<FailoverStarted>()).ShouldBeEmpty();
        // It is mended: then the move is made.
        await stage.SayAsync("api-standby-page", Outcome.Up);
        (await stage.UntilAsync<FailoverMoved>()).To.ShouldBe(TrafficSide.Standby);
    }

    [Fact]
    public async Task StandbyFlapping_IsNotReliedOn()
    {
        await using var stage = new Stage();
        for (var i = 0; i < 3; i++)
        {
            await stage.SayAsync("api-standby-page", Outcome.Down);
            await stage.TurnAsync(20);
            await stage.SayAsync("api-standby-page", Outcome.Up);
        }
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem().ShouldContain("changed its mind 6 times in 10 min");
    }

    [Fact]
    public async Task JournalIsSilent_NothingMovesUntilItSaysSo()
    {
        await using var stage = new Stage();
        await stage.SayAsync("api-page", Outcome.Down, isWritten: false);
        for (var i = 0; i < 3; i++) await stage.TurnAsync();
        (await stage.EntriesAsync()).ShouldHaveSingleItem().Fact.ShouldBeOfType<SwitchListening>();
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.UntilAsync<FailoverMoved>();
    }

    [Fact]
    public async Task Approve_ProposesOnce_PressedTwiceMovesOnce()
    {
        await using var stage = new Stage(FailoverMode.Approve);
        await stage.SayAsync("api-page", Outcome.Down);
        for (var i = 0; i < 3; i++) await stage.TurnAsync();
        var proposal = (await stage.FactsAsync<FailoverProposed>()).ShouldHaveSingleItem();
        (await stage.FactsAsync<FailoverStarted>()).ShouldBeEmpty();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.MoveAsync(TrafficSide.Standby, proposal: proposal.Proposal)));
        answers.Count(answer => answer.Outcome == MoveOutcome.Moving).ShouldBe(1);
        answers.Count(answer => answer.Outcome == MoveOutcome.AlreadyThere).ShouldBe(3);
        var moved = await stage.UntilAsync<FailoverMoved>();
        (moved.Automatic, moved.Why).ShouldBe((false, "ada asked for it"));
        (await stage.FactsAsync<FailoverProposalEnded>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Approve_PrimaryComesBack_TheProposalIsOverAndItsButtonMovesNothing()
    {
        await using var stage = new Stage(FailoverMode.Approve);
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        var proposal = (await stage.FactsAsync<FailoverProposed>()).ShouldHaveSingleItem();
        await stage.SayAsync("api-page", Outcome.Up);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverProposalEnded>()).ShouldHaveSingleItem().Why.ShouldContain("no longer down");
        (await stage.MoveAsync(TrafficSide.Standby, proposal: proposal.Proposal)).Outcome.ShouldBe(MoveOutcome.Refused);
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Automatic.ShouldBeFalse();
        (await stage.SceneAsync()).Standing.Active.ShouldBe(TrafficSide.Primary);
    }

    [Fact]
    public async Task Shadow_SaysWhatItWouldDoAndDoesNothing()
    {
        await using var stage = new Stage(FailoverMode.Shadow);
        await stage.SayAsync("api-page", Outcome.Down);
        for (var i = 0; i < 3; i++) await stage.TurnAsync();
        (await stage.FactsAsync<FailoverShadowed>()).ShouldHaveSingleItem();
        (await stage.SceneAsync()).Standing.Move.ShouldBe(0);
    }

    [Fact]
    public async Task MoveBack_IsAPersons_AndTheSecondAutomaticMoveIsAProposal()
    {
        await using var stage = new Stage();
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.UntilAsync<FailoverMoved>();
        await stage.SayAsync("api-page", Outcome.Up);
        for (var i = 0; i < 3; i++) await stage.TurnAsync(60);
        (await stage.SceneAsync()).Standing.Active.ShouldBe(TrafficSide.Standby);
        (await stage.MoveAsync(TrafficSide.Primary)).Outcome.ShouldBe(MoveOutcome.Moving);
        await stage.SettledAsync(2);
        (await stage.AskAsync()).ShouldBe("primary: hello");
        await stage.TurnAsync(600);
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem().ShouldContain("the second is a person's");
        (await stage.FactsAsync<FailoverProposed>()).ShouldHaveSingleItem();
        (await stage.SceneAsync()).Standing.Active.ShouldBe(TrafficSide.Primary);
        // Half an hour after the first it acts again.
        await stage.TurnAsync(1_200);
        (await stage.FactsAsync<FailoverStarted>()).Count(fact => fact.Automatic).ShouldBe(2);
    }

    [Fact]
    public async Task ClockIsSetForward_EndsNeitherCooldownNorHold()
    {
        await using var stage = new Stage();
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.UntilAsync<FailoverMoved>();
        await stage.SayAsync("api-page", Outcome.Up);
        await stage.MoveAsync(TrafficSide.Primary);
        await stage.SettledAsync(2);
        await stage.Holds.SetAsync(TimeSpan.FromMinutes(30), "work", Stage.Ada);
        stage.Clock.SetWall(TimeSpan.FromHours(2));
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        var reasons = string.Join(' ', (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons);
        reasons.ShouldContain("is held by ada");
        reasons.ShouldContain("the cooldown is 5 min");
        reasons.ShouldContain("the second is a person's");
        stage.Clock.SetWall(TimeSpan.FromHours(-10));
        stage.Restart();
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverStarted>()).Count(fact => fact.Automatic).ShouldBe(1);
    }

    [Fact]
    public async Task Hold_StopsTheProgramAndNotAPerson_AndItsEndIsSaid()
    {
        await using var stage = new Stage();
        (await stage.Holds.SetAsync(TimeSpan.FromMinutes(10), "", Stage.Ada)).Error.ShouldNotBeNull();
        (await stage.Holds.SetAsync(TimeSpan.FromDays(8), "x", Stage.Ada)).Error.ShouldNotBeNull();
        (await stage.Holds.SetAsync(TimeSpan.FromMinutes(10), "moving the database", Stage.Ada)).IsValid.ShouldBeTrue();
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem().ShouldContain("ada until 2026-03-10 12:10 UTC: moving the database");
        (await stage.Holds.SetAsync(TimeSpan.FromMinutes(20), "longer", Stage.Ada)).IsValid.ShouldBeTrue();
        (await stage.FactsAsync<HoldEnded>()).ShouldHaveSingleItem().Expired.ShouldBeFalse();
        (await stage.MoveAsync(TrafficSide.Standby)).Outcome.ShouldBe(MoveOutcome.Moving);
        await stage.TurnAsync(1_300);
        (await stage.FactsAsync<HoldEnded>())[^1].ShouldBe(new HoldEnded(2, "ada", "longer", Expired: true));
        (await stage.Holds.ActiveAsync()).ShouldBeNull();
        (await stage.Holds.EndAsync(Stage.Ada)).ShouldBeFalse();
    }

    [Fact]
    public async Task MostOtherChecksFailToo_TheProgramHoldsBack()
    {
        await using var stage = new Stage();
        foreach (var other in new[] { "db", "cache", "blog" }) stage.Say(new CheckKey(other), other == "blog" ? Outcome.Up : Outcome.Down, "no answer");
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem().ShouldStartWith("2 of 3 checks");
        (await stage.FactsAsync<FailoverProposed>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task PrimaryComesBackInTheMiddleOfAMove_TheMoveIsFinished()
    {
        await using var stage = new Stage();
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverStarted>()).ShouldHaveSingleItem();
        await stage.SayAsync("api-page", Outcome.Up);
        (await stage.UntilAsync<FailoverMoved>()).To.ShouldBe(TrafficSide.Standby);
        (await stage.AskAsync()).ShouldBe("standby: hello");
        (await stage.FactsAsync<FailoverStarted>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task StandbyAnswersBadly_TheMoveIsSaidUnprovedOnceAndProvedWhenItServes()
    {
        await using var stage = new Stage();
        stage.Standby.Status = 500;
        await stage.SayAsync("api-page", Outcome.Down);
        (await stage.UntilAsync<FailoverUnproved>()).Why.ShouldContain("answered 500 through");
        for (var i = 0; i < 3; i++) await stage.TurnAsync(5);
        (await stage.FactsAsync<FailoverUnproved>()).ShouldHaveSingleItem();
        stage.Standby.Status = 200;
        (await stage.UntilAsync<FailoverMoved>()).Move.ShouldBe(1);
    }

    [Fact]
    public async Task PortIsTaken_IsSaidOnce_ServesWhenItIsFree_AndMovesNothingMeanwhile()
    {
        await using var stage = new Stage();
        using var thief = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        thief.Bind(stage.Revisions.Current.Get<RecoveryModel>().InOrder.Single().Listen);
        thief.Listen();
        for (var i = 0; i < 3; i++) await stage.TurnAsync();
        (await stage.FactsAsync<SwitchFailed>()).ShouldHaveSingleItem().Why.ShouldBe("another program listens there");
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>()).ShouldHaveSingleItem().Reasons[0].ShouldContain("the switch does not listen");
        thief.Dispose();
        await stage.UntilAsync<SwitchListening>();
        await stage.UntilAsync<FailoverMoved>();
    }

    [Fact]
    public async Task Freshness_OverTheLimit_RefusesUntilItIsWithin()
    {
        await using var lag = await LagServer.StartAsync();
        await using var stage = new Stage(fresh: new FreshnessModel(lag.Url, "$.lag_seconds", 5));
        lag.Body = """{"lag_seconds": 42.5}""";
        await Wait.UntilAsync(async () => { await stage.TurnAsync(); return (await stage.SceneAsync()).Inputs.Fresh?.Value == 42.5; });
        await stage.SayAsync("api-page", Outcome.Down);
        await stage.TurnAsync();
        (await stage.FactsAsync<FailoverRefused>())[^1].Reasons.ShouldBe(["api-standby-page is 42.5 behind, limit 5"]);
        lag.Body = """{"lag_seconds": "0"}""";
        (await stage.UntilAsync<FailoverStarted>()).Why.ShouldContain("0 behind");
    }

    [Fact]
    public async Task Crash_AtEveryStep_LeavesOneActiveSideAndAnEntry()
    {
        await using var stage = new Stage();
        var crashes = 0;
        // Each point costs a whole outage; the rows and the order of the writes are the same on both databases.
        var stride = TestDatabase.IsPostgres ? 9 : 1;
        for (var at = 0L; ; at += stride)
        {
            var before = (await stage.SceneAsync()).Standing.Move;
            await stage.SayAsync("api-page", Outcome.Down);
            var points = new CrashPoints(at);
            stage.Restart(points);
            try
            {
                await stage.SettledAsync(before + 1);
            }
            catch (CrashException) { crashes++; }
            stage.Restart();
            await stage.TurnAsync();
            await stage.SettledAsync(before + 1);
            (await stage.FactsAsync<FailoverStarted>()).Count(fact => fact.Move == before + 1).ShouldBe(1);
            (await stage.FactsAsync<FailoverMoved>()).Count(fact => fact.Move == before + 1).ShouldBe(1);
            (await stage.AskAsync()).ShouldBe("standby: hello");
            // Back to the start for the next one.
            await stage.SayAsync("api-page", Outcome.Up);
            (await stage.MoveAsync(TrafficSide.Primary)).Outcome.ShouldBe(MoveOutcome.Moving);
            await stage.SettledAsync(before + 2);
            await stage.TurnAsync(2_000);
            if (!points.HasCrashed) break;
        }
        crashes.ShouldBeGreaterThan(15 / stride);
    }
}
