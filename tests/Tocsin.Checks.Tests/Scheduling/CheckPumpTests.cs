using System.Globalization;

using Tocsin.Checks.Probes;
using Tocsin.Checks.Scheduling;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Scheduling;

[Trait("Database", "both")]
public sealed class CheckPumpTests
{
    private static readonly Finding Refused = Finding.Down(ProbeReason.Refused, "192.0.2.7 refused the connection");
    private static readonly Finding Good = Finding.Up("answered 200");

    private static CheckModel Remote(string key = "shop", double interval = 5, string host = "192.0.2.7", bool isControl = false) =>
        Models.Check(Models.Tcp(host, 80), key, interval, isControl: isControl);

    private static DateTimeOffset FirstFailure(PumpWorld world) => world.Samples.First(item => item.Sample.Outcome == Outcome.Down).Sample.At;

    [Fact]
    public async Task Step_NewChecks_AreAllProbedWithinOneInterval()
    {
        await using var world = new PumpWorld([.. Enumerable.Range(0, 1_000).Select(i => Remote($"check-{i}", interval: 30))]);
        await world.RunAsync(1);
        world.Launched.Count.ShouldBeGreaterThan(10);
        world.Launched[0].At.ShouldBeLessThan(TimeSpan.FromSeconds(0.5));
        await world.RunAsync(29.5);
        world.Launched.Select(launch => launch.Check).Distinct().Count().ShouldBe(1_000);
        world.Queries.All.ShouldAllBe(view => view.State == Outcome.Up);
        (await world.FactsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Step_TargetRefuses_IsDownInTheJournalWithinFourSecondsOfTheFirstFailure()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Target = _ => (1, Refused);
        await world.RunAsync(9);
        var down = (await world.FactsAsync()).ShouldHaveSingleItem().ShouldBeOfType<CheckDown>();
        down.FirstFailedAt.ShouldBe(FirstFailure(world));
        (down.Reason, down.Failures, down.Target).ShouldBe(("refused", 3, "192.0.2.7:80"));
        var view = world.Queries.Find(new CheckKey("shop"))!;
        (view.State, view.FirstFailedAt, view.Reason).ShouldBe((Outcome.Down, down.FirstFailedAt, "refused"));
        world.Queries.Down.ShouldHaveSingleItem();
        var reprobes = world.Samples.Where(item => item.Sample.IsReprobe).Select(item => item.Sample.At - down.FirstFailedAt).ToList();
        reprobes.Count.ShouldBe(2);
        reprobes[1].ShouldBeLessThan(TimeSpan.FromSeconds(3.1));
        world.Launched.Count(launch => launch.Avoid is not null).ShouldBe(2);
    }

    /// <summary>Over every phase of the fault within the interval: 5 s to the next probe, 4.5 s to confirm.</summary>
    [Fact]
    public async Task Step_TargetFreezes_IsDownWithinTenSecondsAtAnyPhase()
    {
        for (var phase = 0.0; phase < 5; phase += 0.7)
        {
            await using var world = new PumpWorld(Remote());
            await world.RunAsync(20 + phase);
            world.Target = _ => null;
            await world.RunAsync(9.6);
            (await world.FactsAsync()).ShouldHaveSingleItem().ShouldBeOfType<CheckDown>().Reason.ShouldBe("timeout");
        }
    }

    [Fact]
    public async Task Step_Recovery_IsToldOnceAndDatedBack()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Target = _ => (1, Refused);
        await world.RunAsync(30);
        world.Target = _ => (1, Good);
        await world.RunAsync(60);
        var facts = await world.FactsAsync();
        facts.Count.ShouldBe(2);
        var (down, up) = ((CheckDown)facts[0], (CheckUp)facts[1]);
        up.BadForMs.ShouldBe((long)(up.UpSince - down.FirstFailedAt).TotalMilliseconds);
        up.BadForMs.ShouldBeInRange(25_000, 35_000);
        var probes = await world.Queries.ProbesAsync(new CheckKey("shop"), 200);
        probes.Count(probe => probe.Outcome == Outcome.Up).ShouldBe(1);
        probes[0].Outcome.ShouldBe(Outcome.Up);
        probes[0].Transcript.ShouldBe("> GET\n");
    }

    [Fact]
    public async Task Step_Restart_KeepsVerdictAndItsBeginning()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Target = _ => (1, Refused);
        await world.RunAsync(20);
        var before = world.Queries.Find(new CheckKey("shop"))!;
        await world.RestartAsync();
        await world.RunAsync(20);
        var after = world.Queries.Find(new CheckKey("shop"))!;
        (after.State, after.FirstFailedAt, after.Reason, after.Text).ShouldBe((Outcome.Down, before.FirstFailedAt, before.Reason, before.Text));
        (await world.FactsAsync()).ShouldHaveSingleItem();
        world.Target = _ => (1, Good);
        await world.RunAsync(10);
        (await world.FactsAsync())[^1].ShouldBeOfType<CheckUp>().BadForMs.ShouldBeGreaterThan(30_000);
    }

    [Fact]
    public async Task Step_Reload_KeepsCountersAndDropsWhatIsGone()
    {
        await using var world = new PumpWorld(Remote(), Remote("old"));
        await world.RunAsync(20);
        world.Target = _ => (1, Refused);
        await world.RunAsync(20);
        world.Revisions.Replace(Models.Revision([Remote(interval: 10), Remote("new")]));
        await world.RunAsync(40);
        world.Queries.All.Select(view => (view.Check.Value, view.State)).ShouldBe([("shop", Outcome.Down), ("new", Outcome.Down)]);
        (await world.FactsAsync()).OfType<CheckDown>().Select(fact => fact.Check.Value).ShouldBe(["shop", "old", "new"], ignoreOrder: true);
        var last = world.Launched[^1].At;
        world.Launched.Count(launch => launch.Check.Value == "shop" && launch.At > last - TimeSpan.FromSeconds(30)).ShouldBeInRange(2, 4);
        world.Launched.ShouldNotContain(launch => launch.Check.Value == "old" && launch.At > TimeSpan.FromSeconds(40.1));
    }

    [Fact]
    public async Task Step_StoreCannotWrite_VerdictIsKeptShownAndWrittenLater()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Store!.IsFull = true;
        world.Target = _ => (1, Refused);
        await world.RunAsync(12);
        world.Queries.Down.ShouldHaveSingleItem();
        world.Queries.Unrecorded.ShouldHaveSingleItem().Verdict.ShouldBe(Outcome.Down);
        (await world.FactsAsync()).ShouldBeEmpty();
        world.Launched[^1].At.ShouldBeGreaterThan(TimeSpan.FromSeconds(26)); // detection goes on
        world.Store.IsFull = false;
        await world.RunAsync(2);
        (await world.FactsAsync()).ShouldHaveSingleItem().ShouldBeOfType<CheckDown>();
        world.Queries.Unrecorded.ShouldBeEmpty();
        world.Store.Writes.ShouldBeLessThan(80);
    }

    [Fact]
    public async Task Step_EverythingRefusesAtOnce_IsRealAndDown()
    {
        await using var world = new PumpWorld([.. Enumerable.Range(0, 50).Select(i => Remote($"check-{i}"))]);
        await world.RunAsync(10);
        world.Target = _ => null;
        await world.RunAsync(10.5);
        (await world.FactsAsync()).OfType<CheckDown>().Count().ShouldBe(50);
        world.Queries.IsBlind.ShouldBeFalse();
    }

    [Fact]
    public async Task Step_OwnRouteLost_IsUnknownOnceAndSeenAgain()
    {
        await using var world = new PumpWorld(Remote(), Remote("other"), Models.Check(Models.Tcp("127.0.0.1", 80), "local"));
        await world.RunAsync(10);
        world.Network = world.Network with { HasDefaultRoute = false };
        world.Target = check => check.Key.Value == "local" ? (1, Refused) : null;
        await world.RunAsync(30);
        world.Queries.IsBlind.ShouldBeTrue();
        var facts = await world.FactsAsync();
        facts.OfType<ProberBlind>().ShouldHaveSingleItem().Evidence.ShouldContain("default route");
        facts.OfType<CheckUnknown>().Select(fact => fact.Check.Value).ShouldBe(["shop", "other"], ignoreOrder: true);
        facts.OfType<CheckDown>().ShouldHaveSingleItem().Check.Value.ShouldBe("local"); // no network lies between
        world.Network = world.Network with { HasDefaultRoute = true };
        world.Target = _ => (1, Good);
        await world.RunAsync(10);
        world.Queries.IsBlind.ShouldBeFalse();
        var later = await world.FactsAsync();
        later.OfType<ProberSighted>().ShouldHaveSingleItem().BlindForMs.ShouldBeGreaterThan(20_000);
        world.Queries.All.ShouldAllBe(view => view.State == Outcome.Up);
    }

    [Fact]
    public async Task Step_RouteComesBackAtAnyMomentOfAProbe_BlamesNobody()
    {
        for (var seconds = 20; seconds < 52; seconds++)
        {
            await using var world = new PumpWorld(Remote(), Remote("other"));
            await world.RunAsync(10);
            world.Network = world.Network with { HasDefaultRoute = false };
            world.Target = _ => null;
            await world.RunAsync(seconds);
            world.Network = world.Network with { HasDefaultRoute = true };
            world.Target = _ => (1, Good);
            await world.RunAsync(20);
            (await world.FactsAsync()).OfType<CheckDown>().ShouldBeEmpty($"blind for {seconds} s");
            world.Queries.All.ShouldAllBe(view => view.State == Outcome.Up);
            world.Samples.Select(sample => sample.Sample.Outcome).ShouldNotContain(Outcome.Down);
            world.Samples.Count(sample => sample.Sample.Outcome == Outcome.Unknown).ShouldBeGreaterThan(2);
        }
    }

    [Fact]
    public async Task Step_TargetSilentAndNothingElse_IsSampledAsDown()
    {
        await using var world = new PumpWorld(Remote(), Remote("other"));
        await world.RunAsync(10);
        world.Target = check => check.Key.Value == "other" ? (1, Good) : null;
        await world.RunAsync(60);
        world.Samples.Where(sample => sample.Sample.Outcome != Outcome.Up).Select(sample => sample.Sample.Outcome).Distinct().ShouldBe([Outcome.Down]);
    }

    [Fact]
    public async Task Step_EveryControlSilent_IsBlind_OneThatAnswersIsNot()
    {
        foreach (var oneAnswers in new[] { false, true })
        {
            await using var world = new PumpWorld(Remote(), Remote("near", 300, "192.0.2.1", true), Remote("far", 300, "192.0.2.2", true));
            await world.RunAsync(40);
            world.Target = check => oneAnswers && check.Key.Value == "near" ? (1, Good) : null;
            await world.RunAsync(13);
            var facts = await world.FactsAsync();
            facts.OfType<ProberBlind>().Count().ShouldBe(oneAnswers ? 0 : 1);
            facts.OfType<CheckDown>().Any(fact => fact.Check.Value == "shop").ShouldBe(oneAnswers);
        }
    }

    [Fact]
    public async Task Step_ProcessStoodStill_BlamesNobody()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Target = _ => null;
        await LaunchAsync(world);
        world.Freeze(30);
        world.Target = _ => (1, Good);
        await world.RunAsync(10);
        world.Samples.Count(item => item.Sample.Reason == (byte)ProbeReason.OwnLag).ShouldBe(1);
        world.Samples.ShouldNotContain(item => item.Sample.Outcome == Outcome.Down);
        world.Queries.Find(new CheckKey("shop"))!.State.ShouldBe(Outcome.Up);
    }

    [Fact]
    public async Task Step_ProcessStoodStillForAMoment_SilenceIsNotCounted()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        world.Target = _ => (3_500, Good);
        await LaunchAsync(world);
        world.Freeze(3);
        await world.RunAsync(0.05);
        world.Queries.Find(new CheckKey("shop"))!.IsDoubted.ShouldBeFalse();
    }

    private static async Task LaunchAsync(PumpWorld world)
    {
        for (var before = world.Launched.Count; world.Launched.Count == before;) await world.RunAsync(0.02);
    }

    [Fact]
    public async Task Step_WallClockSteps_ScheduleStaysAndTheStepIsTold()
    {
        await using var world = new PumpWorld(Remote());
        await world.RunAsync(20);
        var before = world.Launched.Count;
        world.Clock.StepWall(TimeSpan.FromMinutes(-4));
        await world.RunAsync(20);
        (world.Launched.Count - before).ShouldBe(4);
        (await world.FactsAsync()).ShouldHaveSingleItem().ShouldBeOfType<ClockStepped>().ByMs.ShouldBe(-240_000);
    }

    [Fact]
    public async Task Step_Flapping_FillsNoJournal()
    {
        await using var world = new PumpWorld(Remote(interval: 1));
        await world.RunAsync(5);
        for (var i = 0; i < 80; i++)
        {
            world.Target = _ => (1, Refused);
            await world.RunAsync(6);
            world.Target = _ => (1, Good);
            await world.RunAsync(4);
        }
        var facts = await world.FactsAsync();
        facts.Count.ShouldBe(FlapGuard.FreeChanges + 1);
        facts[^1].ShouldBeOfType<CheckFlapping>();
        world.Target = _ => (1, Refused);
        await world.RunAsync(400);
        (await world.FactsAsync()).Count.ShouldBeInRange(FlapGuard.FreeChanges + 1, FlapGuard.FreeChanges + 2);
        var unheard = await world.FactsAsync();
        unheard.Last(fact => fact is CheckDown or CheckUp).ShouldBeOfType<CheckDown>();
    }

    [Fact]
    public async Task Step_BlackHoledTargets_OthersKeepTheirInterval()
    {
        var black = Enumerable.Range(0, 100).Select(i => Remote($"black-{i}", 1, string.Create(CultureInfo.InvariantCulture, $"198.51.100.{i}")));
        var good = Enumerable.Range(0, 300).Select(i => Remote($"good-{i}", 2, string.Create(CultureInfo.InvariantCulture, $"192.0.2.{i % 250}")));
        await using var world = new PumpWorld([.. black, .. good]);
        world.Target = check => check.Key.Value.StartsWith("black", StringComparison.Ordinal) ? null : (20, Good);
        await world.RunAsync(30);
        var perGood = world.Launched.Where(launch => launch.Check.Value.StartsWith("good", StringComparison.Ordinal))
            .GroupBy(launch => launch.Check).Select(group => group.Count()).ToList();
        perGood.Count.ShouldBe(300);
        perGood.Min().ShouldBeGreaterThanOrEqualTo(14);
        world.Queries.Prober.LagMs.ShouldBeLessThanOrEqualTo(14);
        (await world.FactsAsync()).OfType<CheckDown>().Count().ShouldBe(100);
    }
}
