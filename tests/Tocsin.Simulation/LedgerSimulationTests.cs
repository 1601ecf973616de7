namespace Tocsin.Simulation;

/// <summary>Readers and the ledger under crashes, lost replies, a refusing disk, take-overs and a clock that jumps.</summary>
public sealed class LedgerSimulationTests
{
    [Fact]
    public Task Run_FreshSeeds_LosesNothingAndRepeatsNothingInside() =>
        Seeds.ShouldHoldAsync(() => new LedgerScenario(), Seeds.Count(few: 2_000, many: 100_000));

    [Theory]
    [InlineData(nameof(Planted.SendBeforeCommit))]
    [InlineData(nameof(Planted.CursorBeforeWrite))]
    [InlineData(nameof(Planted.ClaimIgnored))]
    public async Task Run_PlantedBug_IsFoundWithin2000Seeds(string bug) =>
        (await Seeds.FindAsync(() => new LedgerScenario(), Enum.Parse<Planted>(bug), 2_000)).ShouldNotBeNull($"{bug} was not found");

    [Fact]
    public async Task Run_SameSeedTwice_IsTheSameRun() => await Task.Factory.StartNew(() =>
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            Simulation.Run(new LedgerScenario(), seed).Trace.ShouldBe(Simulation.Run(new LedgerScenario(), seed).Trace);
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
