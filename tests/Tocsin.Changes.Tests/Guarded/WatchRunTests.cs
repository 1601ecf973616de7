using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>One check with an interval of 1 s; its results are what the test says.</summary>
public sealed class WatchRunTests : IWatchedChecks
{
    private static readonly DateTimeOffset Start = ChangesFixture.Noon;
    private CheckSight? sight = Sight(Outcome.Up, 0);

    CheckSight? IWatchedChecks.Look(CheckKey check) => sight;

    private static CheckSight Sight(Outcome state, int second, Outcome? last = null, bool isDoubted = false) => new(
        state, isDoubted, Start.AddSeconds(second), last ?? state, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1), "answered 500");

    private WatchVerdict Look(WatchRun run, double at) => run.Look(this, TimeSpan.FromSeconds(at)).Verdict;

    /// <summary>A result each second; answers what the watch says after each.</summary>
    private List<WatchVerdict> Watch(bool wasWell, params Outcome[] results)
    {
        var run = new WatchRun(Some.Watch(), wasWell ? [Some.Page] : [], TimeSpan.Zero);
        var verdicts = new List<WatchVerdict> { Look(run, 0) };
        for (var second = 1; second <= results.Length; second++)
        {
            sight = Sight(results[second - 1], second);
            verdicts.Add(Look(run, second + 0.1));
        }
        return verdicts;
    }

    [Fact]
    public void Look_UpAllTheTime_IsWellAfterTheWholeWindowAndNotBefore() => Watch(wasWell: true, [.. Enumerable.Repeat(Outcome.Up, 5)])
        .ShouldBe([.. Enumerable.Repeat(WatchVerdict.NotYet, 5), WatchVerdict.Well]);

    [Theory]
    [InlineData(Outcome.Down)]
    [InlineData(Outcome.Degraded)]
    [InlineData(Outcome.Unknown)]
    public void Look_UpBeforeAndFailingNow_IsWorseAtOnce(Outcome outcome) => Watch(wasWell: true, Outcome.Up, outcome)[^1].ShouldBe(WatchVerdict.Worse);

    [Fact]
    public void Look_DownBeforeToo_HasToComeUpForTheWholeWindow()
    {
        sight = Sight(Outcome.Down, 0);
        Watch(wasWell: false, [Outcome.Down, Outcome.Down, .. Enumerable.Repeat(Outcome.Up, 6)])
            .ShouldBe([.. Enumerable.Repeat(WatchVerdict.NotYet, 8), WatchVerdict.Well]);
    }

    [Fact]
    public void Look_SingleFailureThatIsNotConfirmed_BeginsTheWindowAnew()
    {
        var run = new WatchRun(Some.Watch(), [Some.Page], TimeSpan.Zero);
        for (var second = 1; second <= 4; second++) Step(run, Sight(Outcome.Up, second), second).ShouldBe(WatchVerdict.NotYet);
        Step(run, Sight(Outcome.Up, 5, Outcome.Down, isDoubted: true), 5).ShouldBe(WatchVerdict.NotYet);
        for (var second = 6; second <= 10; second++) Step(run, Sight(Outcome.Up, second), second).ShouldBe(WatchVerdict.NotYet);
        Step(run, Sight(Outcome.Up, 11), 11.2).ShouldBe(WatchVerdict.Well);
    }

    private WatchVerdict Step(WatchRun run, CheckSight seen, double at)
    {
        sight = seen;
        return Look(run, at);
    }

    [Fact]
    public void Look_NoResultsAtAll_ProvesNothing()
    {
        var run = new WatchRun(Some.Watch(), [Some.Page], TimeSpan.Zero);
        foreach (var at in new[] { 0, 10, 600 }) Look(run, at).ShouldBe(WatchVerdict.NotYet);
    }

    [Fact]
    public void Look_ProbeThatBeganBefore_DoesNotCount()
    {
        var run = new WatchRun(Some.Watch(forSeconds: 1, results: 1), [], TimeSpan.FromSeconds(10));
        Look(run, 10);
        sight = Sight(Outcome.Up, 10) with { Took = TimeSpan.FromSeconds(2) };
        Look(run, 11);
        Look(run, 15).ShouldBe(WatchVerdict.NotYet);
    }

    [Fact]
    public void Look_WallClockOfResultsJumpsBack_StillProves()
    {
        var run = new WatchRun(Some.Watch(), [Some.Page], TimeSpan.Zero);
        Look(run, 0);
        for (var second = 1; second <= 5; second++)
        {
            sight = Sight(Outcome.Up, second - 100_000);
            Look(run, second + 0.1).ShouldBe(second < 5 ? WatchVerdict.NotYet : WatchVerdict.Well);
        }
    }

    [Fact]
    public void Look_CheckThatIsGone_IsWorse()
    {
        sight = null;
        Look(new WatchRun(Some.Watch(), [Some.Page], TimeSpan.Zero), 1).ShouldBe(WatchVerdict.Worse);
    }
}
