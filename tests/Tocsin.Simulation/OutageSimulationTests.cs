namespace Tocsin.Simulation;

/// <summary>The path of a page through the real modules: check, alert, incident, escalation, mail.</summary>
public sealed class OutageSimulationTests
{
    [Fact]
    public Task Run_FreshSeeds_LosesNoPage() => Seeds.ShouldHoldAsync(() => new OutageScenario(), Seeds.Count(few: 2_000, many: 100_000));

    [Theory]
    [InlineData(nameof(Planted.SendBeforeCommit))]
    [InlineData(nameof(Planted.CursorBeforeWrite))]
    [InlineData(nameof(Planted.ClaimIgnored))]
    public async Task Run_PlantedBug_IsFound(string bug) =>
        (await Seeds.FindAsync(() => new OutageScenario(), Enum.Parse<Planted>(bug), 400)).ShouldNotBeNull($"{bug} was not found");
}
