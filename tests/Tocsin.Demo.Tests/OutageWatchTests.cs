using Tocsin.Demo.Observing;

namespace Tocsin.Demo.Tests;

/// <summary>What a look from outside says about an outage, and which files the outages change.</summary>
public sealed class OutageWatchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutsideSight Quiet = new(new HashSet<string>(), new HashSet<string>(), new HashSet<string>(), []);
    private static readonly OutageTimes Pressed = new(Noon);

    [Fact]
    public void Next_EachMoment_IsTakenOnceAndStays()
    {
        var seen = OutageWatch.Next(Pressed, Quiet, Quiet with { BadChecks = Set("a") }, TimeSpan.FromSeconds(4));
        var paged = OutageWatch.Next(seen, Quiet, Quiet with { Mails = [Mail("API is down INC-7", 5)] }, TimeSpan.FromSeconds(6));
        var told = OutageWatch.Next(paged, Quiet, Quiet with { BadComponents = Set("API"), BadChecks = Set("b") }, TimeSpan.FromSeconds(8));
        told.ShouldBe(new OutageTimes(Noon, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), null, TimeSpan.FromSeconds(8)) { Incident = "INC-7" });
    }

    [Fact]
    public void Next_WhatWasBadBefore_SaysNothing()
    {
        var before = Quiet with { BadChecks = Set("a"), BadComponents = Set("A"), OpenIncidents = Set("INC-1") };
        var now = before with { Mails = [Mail("A is down INC-1", 3), Mail("resolved: B INC-2", 4), Mail("C is down INC-3", -1), Mail("Self-test", 2)] };
        OutageWatch.Next(Pressed, before, now, TimeSpan.FromSeconds(5)).ShouldBe(Pressed);
    }

    [Fact]
    public void CustomerRun_ABadOneInBetween_BeginsAnew()
    {
        var run = new CustomerRun();
        for (var i = 0; i < 5; i++) run = run.With(isServed: true, TimeSpan.FromSeconds(i));
        run.IsBack.ShouldBeFalse();
        run = run.With(isServed: false, TimeSpan.FromSeconds(5));
        for (var i = 6; i < 12; i++) run = run.With(isServed: true, TimeSpan.FromSeconds(i));
        (run.IsBack, run.Since).ShouldBe((true, TimeSpan.FromSeconds(6)));
    }

    [Theory]
    [InlineData(6.44, "6.4 s")]
    [InlineData(72.9, "1 min 12 s")]
    public void InWords_Time_IsShort(double seconds, string words) => OutageTimes.InWords(TimeSpan.FromSeconds(seconds)).ShouldBe(words);

    [Fact]
    public void ShopFiles_LeftBrokenByAnEarlierRun_AreWholeAtTheNextStart()
    {
        using var directory = new TemporaryDirectory();
        ShopFiles.MakeWhole(directory.Path);
        var products = Path.Combine(Directory.CreateDirectory(Path.Combine(directory.Path, "store")).FullName, "products.json");
        File.WriteAllText(products, "{}");
        var files = new ShopFiles(directory.Path);
        files.Upgrade();
        files.Unbind();
        files.KillDisk();
        (files.IsUpgraded, files.IsUnbound, files.IsDiskDead).ShouldBe((true, true, true));
        File.ReadAllText(products).ShouldNotBe("{}");
        ShopFiles.MakeWhole(directory.Path);
        (files.IsUpgraded, files.IsUnbound, files.IsDiskDead, files.IsLarger).ShouldBe((false, false, false, false));
        File.ReadAllText(products).ShouldBe("{}");
    }

    [Fact]
    public void ShopFiles_WhatSomebodyElseSet_StaysAtTheNextStart()
    {
        using var directory = new TemporaryDirectory();
        ShopFiles.MakeWhole(directory.Path);
        var cache = Path.Combine(directory.Path, "cache.json");
        File.WriteAllText(cache, """{"bound": 200}""");
        ShopFiles.MakeWhole(directory.Path);
        File.ReadAllText(cache).ShouldBe("""{"bound": 200}""");
        var files = new ShopFiles(directory.Path);
        files.Unbind();
        files.Bind();
        File.ReadAllText(cache).ShouldBe("""{"bound": 200}""");
    }

    private static HashSet<string> Set(params string[] names) => [.. names];
    private static DemoMail Mail(string subject, int second) => new("ada@demo.example", subject, "", "", Noon.AddSeconds(second));
}
