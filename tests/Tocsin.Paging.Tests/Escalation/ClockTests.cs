using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Escalation;

/// <summary>Somebody sets the wall clock while people are being woken.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static IEnumerable<string> Pages(PagingWorld world) => world.Sent.Where(sent => sent.Message.Kind == MessageKind.Page && sent.Method == "mail")
        .Select(sent => $"{sent.At:0} {sent.Who}");

    [Trait("Database", "both")]
    [Theory]
    [InlineData(-3_600)]
    [InlineData(3_600)]
    [InlineData(-90)]
    public async Task Set_DuringADelay_NeitherHurriesNorHoldsBackAStep(int seconds)
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(10);
        world.Clock.Set(TimeSpan.FromSeconds(seconds));
        await world.RunAsync(90);
        world.Clock.Set(TimeSpan.FromSeconds(seconds));
        await world.RunAsync(265);
        Pages(world).ShouldBe(["0 ada", "30 grace", "330 ada", "360 grace"]);
    }

    [Theory]
    [InlineData(-3_600)]
    [InlineData(3_600)]
    public async Task Set_BetweenTheOpeningAndItsReading_ChangesNoDelay(int seconds)
    {
        await using var world = new PagingWorld();
        await world.SettleAsync();
        await world.DeclareAsync();
        world.Clock.Set(TimeSpan.FromSeconds(seconds));
        await world.ReadJournalAsync();
        await world.RunAsync(60);
        Pages(world).ShouldBe(["0 ada", "30 grace"]);
    }

    [Fact]
    public async Task Set_Back_WhatFailsStillBringsTheNextStepAtOnce()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps.Replace("after: 30s", "after: 300s", StringComparison.Ordinal));
        await world.DeclareAsync();
        await world.RunAsync(10);
        world.Answer = (message, _) => message.Person.Value == "ada" ? DeliveryOutcome.Retry("connection refused") : DeliveryOutcome.Delivered("250 taken");
        world.Clock.Set(-Hour);
        await world.RunAsync(591);
        // Round 2 begins 300 s after the second step of the first; its first page fails, and the second step is not waited for.
        Pages(world).ShouldBe(["0 ada", "300 grace", "600 grace"]);
    }

    [Fact]
    public async Task Set_Back_TheNextOneIsStillToldRightly()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(10);
        world.Clock.Set(-Hour);
        await world.RunAsync(20);
        world.Sent.Single(sent => sent is { Who: "grace", Method: "mail" }).Message.Text.ShouldContain("Ada in 5 min");
    }

    [Fact]
    public async Task Start_AfterTheClockWasSetBack_WaitsNoLongerThanTheDelay()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.ReadJournalAsync();
        // The process before this one wrote it an hour ahead of the clock of this one.
        await world.Store.WriteAsync(async tx => await tx.ExecuteAsync("update paging_run set next_at = next_at + 3600000"));
        await world.RunAsync(60);
        Pages(world).ShouldBe(["0 ada", "30 grace"]);
    }
}
