using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel.Facts;
using Outcome = Tocsin.Kernel.Ports.Outcome;
using Tocsin.Recovery.Deciding;

namespace Tocsin.Recovery.Tests;

public sealed class FailoverMachineTests
{
    [Fact]
    public void Decide_PrimaryDownStandbyFit_ActsAsItsModeSays()
    {
        FailoverMachine.Decide(Inputs.Fit).ShouldBeOfType<FailoverDecision.Move>().Why.ShouldContain("1 behind (limit 5)");
        FailoverMachine.Decide(Inputs.Fit with { Mode = FailoverMode.Approve }).ShouldBeOfType<FailoverDecision.Propose>().Notes.ShouldBeEmpty();
        FailoverMachine.Decide(Inputs.Fit with { Mode = FailoverMode.Shadow }).ShouldBeOfType<FailoverDecision.Shadow>();
    }

    [Theory]
    [InlineData(Outcome.Up), InlineData(Outcome.Degraded), InlineData(Outcome.Unknown), InlineData(null)]
    public void Decide_PrimaryNotConfirmedDown_Rests(Outcome? state) =>
        FailoverMachine.Decide(Inputs.Fit with { Primary = Inputs.Down with { State = state } }).ShouldBeOfType<FailoverDecision.Rest>();

    public static TheoryData<string, string> Refusals => new()
    {
        { "NoSwitch", "the switch does not listen: another program listens there" },
        { "SideDown", "api-standby-page is down: refused" },
        { "SideDown/newest", "api-standby-page failed its newest probe (down)" },
        { "SideDown/never", "api-standby-page was not probed yet" },
        { "SideStale", "api-standby-page was probed last 1 min ago, at most 20 s is believed" },
        { "SideFlapping", "api-standby-page changed its mind 4 times in 10 min and is not relied on" },
        { "NotFresh", "api-standby-page is 42 behind, limit 5" },
        { "NotFresh/old", "how far api-standby-page is behind was told 30 s ago, at most 15 s is believed" },
        { "NotFresh/never", "how far api-standby-page is behind was not asked yet" },
        { "NotFresh/error", "how far api-standby-page is behind cannot be told: it answered 500" },
        { "Blind", "Tocsin cannot see out: no route" },
        { "UsersServed", "users are served: shop-users was answered after api-page had failed" },
        { "CorrelatedLoss", "4 of 6 checks that have nothing to do with it fail too: look at the network and at Tocsin first" },
        { "Held", "everything automatic is held by Ada" },
        { "Spent", "traffic of the service moved by itself 10 min ago; once in 30 min, the second is a person's" },
        { "Cooldown", "it moved 1 min ago, the cooldown is 5 min" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Decide_OneThingIsWrong_RefusesAndSaysIt(string what, string sentence)
    {
        var refuse = FailoverMachine.Decide(Wrong(what)).ShouldBeOfType<FailoverDecision.Refuse>();
        refuse.Bars.ShouldHaveSingleItem().Text.ShouldBe(sentence);
        refuse.Bars[0].Reason.ToString().ShouldBe(what.Split('/')[0]);
        // What only holds the program back is a person's to decide; a side that is not fit is proposed to nobody.
        (refuse.Proposal is not null).ShouldBe(refuse.Bars[0].IsOfAutomatic);
        FailoverMachine.Decide(Wrong(what) with { Mode = FailoverMode.Shadow }).ShouldBeOfType<FailoverDecision.Refuse>();
        var asked = FailoverMachine.Decide(Wrong(what) with { Mode = FailoverMode.Approve });
        if (refuse.Bars[0].IsOfAutomatic) asked.ShouldBeOfType<FailoverDecision.Propose>().Notes.ShouldHaveSingleItem();
        else asked.ShouldBeOfType<FailoverDecision.Refuse>();
    }

    internal static FailoverInputs Wrong(string what) => what switch
    {
        "NoSwitch" => Inputs.Fit with { SwitchTrouble = "another program listens there" },
        "SideDown" => Inputs.Fit with { Standby = Inputs.Up with { State = Outcome.Down, LastOutcome = Outcome.Down, Text = "refused" } },
        "SideDown/newest" => Inputs.Fit with { Standby = Inputs.Up with { LastOutcome = Outcome.Down } },
        "SideDown/never" => Inputs.Fit with { Standby = Inputs.Up with { State = null, LastOutcome = null } },
        "SideStale" => Inputs.Fit with { Standby = Inputs.Up with { LastAgeMs = 60_000 } },
        "SideFlapping" => Inputs.Fit with { Standby = Inputs.Up with { Changes = 4 } },
        "NotFresh" => Inputs.Fit with { Fresh = new FreshInputs(42, 5, 900, 15_000, null) },
        "NotFresh/old" => Inputs.Fit with { Fresh = new FreshInputs(1, 5, 30_000, 15_000, null) },
        "NotFresh/never" => Inputs.Fit with { Fresh = new FreshInputs(null, 5, null, 15_000, null) },
        "NotFresh/error" => Inputs.Fit with { Fresh = new FreshInputs(null, 5, 900, 15_000, "it answered 500") },
        "Blind" => Inputs.Fit with { Blind = "no route" },
        "UsersServed" => Inputs.Fit with { UsersServedAt = Inputs.Noon },
        "CorrelatedLoss" => Inputs.Fit with { OthersFailing = 4 },
        "Held" => Inputs.Fit with { HeldBy = "Ada" },
        "Spent" => Inputs.Fit with { SinceAutomaticMs = 600_000 },
        "Cooldown" => Inputs.Fit with { SinceMoveMs = 60_000 },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    [Fact]
    public void Decide_JournalDoesNotSayItYet_Waits() =>
        FailoverMachine.Decide(Inputs.Fit with { Primary = Inputs.Down with { Written = Outcome.Up } }).ShouldBeOfType<FailoverDecision.Wait>();

    [Fact]
    public void Decide_UsersWereServedBeforeTheFault_DoesNotContradict() =>
        FailoverMachine.Decide(Inputs.Fit with { UsersServedAt = Inputs.Noon.AddSeconds(-9) }).ShouldBeOfType<FailoverDecision.Move>();

    [Fact]
    public void Decide_OneOtherCheckOnly_SaysNothingAboutEverything() =>
        FailoverMachine.Decide(Inputs.Fit with { Others = 1, OthersFailing = 1 }).ShouldBeOfType<FailoverDecision.Move>();

    [Fact]
    public void Decide_MoveIsNotProved_Waits() => FailoverMachine.Decide(Inputs.Fit with { IsMoving = true }).ShouldBeOfType<FailoverDecision.Wait>();

    [Fact]
    public void Decide_StandbyHasTheTrafficAndFails_NeverGoesBackByItself()
    {
        var inputs = Inputs.Fit with { Active = TrafficSide.Standby, Primary = Inputs.Up, Standby = Inputs.Down };
        FailoverMachine.Decide(inputs).ShouldBeOfType<FailoverDecision.Refuse>().Bars[0].Reason.ShouldBe(BarReason.MoveBack);
        FailoverMachine.Ask(inputs, TrafficSide.Primary, anyway: false).ShouldBeEmpty();
    }

    [Fact]
    public void Ask_SideIsNotFit_IsRefusedUnlessTheyKnowIt()
    {
        FailoverMachine.Ask(Wrong("NotFresh"), TrafficSide.Standby, anyway: false).ShouldHaveSingleItem();
        FailoverMachine.Ask(Wrong("NotFresh"), TrafficSide.Standby, anyway: true).ShouldBeEmpty();
        FailoverMachine.Ask(Wrong("NoSwitch"), TrafficSide.Standby, anyway: true).ShouldHaveSingleItem();
        foreach (var own in new[] { "Held", "Spent", "Cooldown", "CorrelatedLoss", "Blind" })
            FailoverMachine.Ask(Wrong(own), TrafficSide.Standby, anyway: false).ShouldBeEmpty(own);
    }

    [Fact]
    public void Decide_AnyInputs_MovesOnlyFromAConfirmedOutageToAFitStandby()
    {
        var reached = new HashSet<string>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(AnyInputs.ToArbitrary(), inputs =>
        {
            var decision = FailoverMachine.Decide(inputs);
            lock (reached) reached.Add(decision.GetType().Name);
            if (decision is FailoverDecision.Move)
            {
                inputs.Mode.ShouldBe(FailoverMode.Automatic);
                inputs.Active.ShouldBe(TrafficSide.Primary);
                (inputs.Primary.State, inputs.Primary.Written).ShouldBe((Outcome.Down, Outcome.Down));
                (inputs.Standby.State, inputs.Standby.LastOutcome).ShouldBe((Outcome.Up, Outcome.Up));
                (inputs.Fresh is null || inputs.Fresh.Value <= inputs.Fresh.AtMost).ShouldBeTrue();
                inputs.HeldBy.ShouldBeNull();
                (inputs.SinceAutomaticMs is null or >= 1_800_000).ShouldBeTrue();
            }
            if (decision is FailoverDecision.Refuse refuse) refuse.Bars.ShouldAllBe(bar => bar.Text.Length > 0);
            // What the journal keeps gives the same decision again.
            var replayed = JsonSerializer.Deserialize<FailoverInputs>(JsonSerializer.Serialize(inputs, FactKinds.Json), FactKinds.Json)!;
            FailoverMachine.Decide(replayed).GetType().ShouldBe(decision.GetType());
            return true;
        }));
        reached.Order().ShouldBe(["Move", "Propose", "Refuse", "Rest", "Shadow", "Wait"]);
    }

    private static readonly string[] Faults = [.. Refusals.Select(row => (string)((object[])row)[0])];

    private static Gen<FailoverInputs> AnyInputs =>
        from mode in Gen.Elements(Enum.GetValues<FailoverMode>())
        from active in Gen.Elements(TrafficSide.Primary, TrafficSide.Primary, TrafficSide.Primary, TrafficSide.Standby)
        from isMoving in Gen.Elements(false, false, false, false, true)
        from primary in Gen.Elements(Inputs.Down, Inputs.Down, Inputs.Down, Inputs.Up, Inputs.Down with { Written = null })
        from fault in Gen.Elements([.. Faults, .. Enumerable.Repeat("", Faults.Length)])
        let inputs = fault.Length == 0 ? Inputs.Fit : Wrong(fault)
        select inputs with { Mode = mode, Active = active, IsMoving = isMoving, Primary = primary };
}
