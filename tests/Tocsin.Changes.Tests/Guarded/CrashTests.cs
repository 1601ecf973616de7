using Tocsin.Changes.Guarded;
using Tocsin.Kernel.Facts;
using Tocsin.Testing;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>The program ends between every two steps of a change, and a new one on the same data carries it to its end.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(TargetWorld.Better)]
    [InlineData(TargetWorld.Bad)]
    public async Task Change_CrashAtEveryPoint_EndsConfirmedOrReverted(string content)
    {
        var ends = await AtEveryPointAsync(async world => await world.ProposeAsync(content), isBroken: false);
        ends.ShouldAllBe(end => end == null || end == (content == TargetWorld.Bad ? ChangePhase.Reverted : ChangePhase.Confirmed));
        ends.Count.ShouldBeGreaterThan(30, "too few points: this test proved little");
    }

    [Fact]
    public async Task RollBack_CrashAtEveryPoint_EndsConfirmed()
    {
        var ends = await AtEveryPointAsync(async world => await world.RollBackAsync(), isBroken: true);
        ends.ShouldAllBe(end => end == null || end == ChangePhase.Confirmed);
        ends.Count.ShouldBeGreaterThan(30);
    }

    /// <returns>How each ended; null when the wish itself did not become durable.</returns>
    private static async Task<List<ChangePhase?>> AtEveryPointAsync(Func<TargetWorld, Task> act, bool isBroken)
    {
        var ends = new List<ChangePhase?>();
        await using var template = new TargetWorld();
        await template.ProveAsync();
        if (isBroken)
        {
            await File.WriteAllTextAsync(template.File, TargetWorld.Bad);
            template.Reload();
            await template.RunAsync(3);
        }
        await template.StopAsync();
        for (var point = 0; ; point++)
        {
            await using var world = new TargetWorld(isBroken ? TargetWorld.Bad : TargetWorld.Good, template);
            await world.RestartAsync(point);
            try
            {
                await act(world);
                await world.EndAsync();
            }
            catch (CrashException) { /* what this test is about */ }
            if (!world.HasCrashed) return ends;
            ends.Add(await EndAsync(world, point));
        }
    }

    private static async Task<ChangePhase?> EndAsync(TargetWorld world, int point)
    {
        await world.RestartAsync();
        if (await world.LastAsync() is null) return null;
        var ended = await world.EndAsync();
        world.Broken.ShouldBeNull($"point {point}");
        var isKept = ended.Phase == ChangePhase.Confirmed;
        ContentHash.Of(await File.ReadAllBytesAsync(world.File)).ShouldBe(isKept ? ended.To : ended.From, $"point {point}: {ended.Phase}, {ended.Why}");
        world.Running.ShouldBe(world.Content, $"point {point}");
        var facts = await world.FactsAsync();
        facts.OfType<ChangeRecorded>().Count(fact => fact.Kind != "drift").ShouldBe(1, $"point {point}: told once that production was altered");
        facts.OfType<ChangePlanned>().Count().ShouldBe(1);
        facts.Count(fact => fact is ChangeConfirmed or ChangeReverted).ShouldBe(1, $"point {point}");
        return ended.Phase;
    }
}
