using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Alerts.Tests;

public sealed class AlertRulesTests
{
    private static readonly CheckKey Storefront = new("storefront-http");
    private static readonly ServiceKey Service = new("storefront");
    private static readonly Catalog.Revision Revision = Bench.Shop();

    private static IReadOnlyList<AlertSignal> Read(Fact fact) => AlertRules.Read(new JournalEntry(9, Bench.Noon,
        FactKinds.Of(fact.GetType()).Kind, 1, fact.Subject, fact.OfService, Actor.Tocsin, 0, FactKinds.Write(fact)), Revision);

    [Fact]
    public void Down_FiresWithTheSeverityOfTheCheck_DatedBack()
    {
        var fire = Read(new CheckDown(Storefront, Service, Bench.Noon.AddSeconds(-4), "timeout", "silent for 2 s", "tcp://shop:80", 3))
            .ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.Fire>();
        fire.ShouldBe(new AlertSignal.Fire("check/storefront-http", Service, Storefront, "Storefront: silent for 2 s",
            "tcp://shop:80: silent for 2 s (timeout)", Severity.Sev1, "host:storefront.test", Bench.Noon.AddSeconds(-4)));
    }

    [Fact]
    public void Degraded_IsNoWorseThanSev3() => Read(new CheckDegraded(Storefront, Service, Bench.Noon, "slow", "slow", "x", 2))
        .ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.Fire>().Severity.ShouldBe(Severity.Sev3);

    [Fact]
    public void Flapping_Fires() => Read(new CheckFlapping(Storefront, Service, 60))
        .ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.Fire>().Title.ShouldBe("Storefront: changed its mind 60 times in an hour");

    [Fact]
    public void Up_EndsAtTheFirstGoodProbe() => Read(new CheckUp(Storefront, Service, Bench.Noon.AddSeconds(-1), 5_000, "x"))
        .ShouldHaveSingleItem().ShouldBe(new AlertSignal.End("check/storefront-http", Bench.Noon.AddSeconds(-1)));

    [Fact]
    public void Sighted_FiresAndEndsAtOnce_BlamingNobody()
    {
        var signals = Read(new ProberSighted(Bench.Noon.AddMinutes(-5), 300_000, "the gateway answers again"));
        signals[0].ShouldBeOfType<AlertSignal.Fire>().ShouldSatisfyAllConditions(
            fire => fire.Title.ShouldBe("Tocsin could not see out for 5 min"), fire => fire.Service.ShouldBeNull());
        signals[1].ShouldBeOfType<AlertSignal.End>().DedupKey.ShouldBe("server/blind");
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void PageFailed_OnlyTheLastAttempt_Fires(bool isFinal, int signals) => Read(new PageFailed(
        new PageId(1), new IncidentId(1), Bench.Ada, "mail", "550 no such user", 3, isFinal)).Count.ShouldBe(signals);

    [Fact]
    public void LongTitle_IsCut() => Read(new CheckDown(Storefront, Service, Bench.Noon, "x", new string('y', 400), "x", 3))
        .ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.Fire>().Title.Length.ShouldBe(200);

    [Fact]
    public void Switch_ThatCannotListen_FiresUntilItDoes()
    {
        var api = new FailoverKey("api");
        Read(new SwitchFailed(api, Service, "127.0.0.1:9000", "another program listens there")).ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.Fire>()
            .ShouldSatisfyAllConditions(fire => fire.Title.ShouldBe("Storefront: the switch does not listen on 127.0.0.1:9000"), fire => fire.Service.ShouldBe(Service));
        Read(new SwitchListening(api, Service, "127.0.0.1:9000")).ShouldHaveSingleItem().ShouldBeOfType<AlertSignal.End>().DedupKey.ShouldBe("server/switch/api");
    }

    [Fact]
    public void Hold_ThatRanOut_IsAnnounced_AndOneThatAPersonEndedIsNot()
    {
        var signals = Read(new HoldEnded(1, "Ada", "moving the database", Expired: true));
        signals[0].ShouldBeOfType<AlertSignal.Fire>().Title.ShouldBe("Automatic actions are free again: the hold of Ada has run out");
        signals[1].ShouldBeOfType<AlertSignal.End>().DedupKey.ShouldBe("server/hold");
        Read(new HoldEnded(1, "Ada", "moving the database", Expired: false)).ShouldBeEmpty();
    }

    [Fact]
    public void FactsThatAreNoProblem_SayNothing() => Read(new IncidentAcknowledged(new IncidentId(1), Bench.Ada, "x", null)).ShouldBeEmpty();
}
