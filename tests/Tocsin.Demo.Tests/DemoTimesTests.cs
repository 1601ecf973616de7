namespace Tocsin.Demo.Tests;

/// <summary>What the demo promises in seconds, each fault in a demo of its own.</summary>
public sealed class DemoTimesTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "tocsin");

    [Fact]
    public async Task EveryFault_IsSeenToldEscalatedAndMendedInTime() => await Task.WhenAll(
        ShouldBeInTimeAsync("stop-api", mailWithin: 12),
        ShouldBeInTimeAsync("freeze-api", mailWithin: 15),
        ShouldBeInTimeAsync("error-api", mailWithin: 12),
        ShouldBeInTimeAsync("drop-database", mailWithin: 12));

    private static async Task ShouldBeInTimeAsync(string fault, int mailWithin)
    {
        await using var demo = await WatchedDemo.StartAsync(Program, FreePorts.Next());
        (await demo.MailAsync()).ShouldBeEmpty();
        var times = await demo.RunAsync(fault);
        var story = $"{fault}: {times}";
        times.Down.ShouldBeLessThan(TimeSpan.FromSeconds(10), story);
        times.Mail.ShouldBeLessThan(TimeSpan.FromSeconds(mailWithin), story);
        times.Public.ShouldBeLessThan(TimeSpan.FromSeconds(15), story);
        times.NextStep.ShouldBeInRange(TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(35), story);
        times.AllClear.ShouldBeLessThan(TimeSpan.FromSeconds(45), story);
    }
}
