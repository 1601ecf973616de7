using Xunit.Abstractions;

namespace Tocsin.Demo.Tests;

/// <summary>What the demo promises in seconds: demos beside each other, because each of them mostly waits.</summary>
public sealed class DemoTimesTests(ITestOutputHelper output)
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "tocsin");

    [Fact]
    public async Task EveryFaultAndOutage_IsSeenToldEscalatedAndMendedInTime() => await Task.WhenAll(
        RunAsync(async demo =>
        {
            await ShouldBeInTimeAsync(demo, "stop-api", mailWithin: 12);
            await ShouldBeInTimeAsync(demo, "outage-001");
        }),
        RunAsync(async demo =>
        {
            await ShouldBeInTimeAsync(demo, "error-api", mailWithin: 12);
            await ShouldBeInTimeAsync(demo, "outage-002");
            // The pipeline tells of it, and Tocsin sees it on the file.
            (await demo.ChangesAsync()).ShouldBe(["api-release.json: the version of before", "api-release.json: version 2",
                "api-release was changed by hand", "api-release was changed by hand"], ignoreOrder: true);
        }),
        RunAsync(async demo =>
        {
            // Silence: each probe waits for it.
            await ShouldBeInTimeAsync(demo, "freeze-api", seenWithin: 15);
            await ShouldBeInTimeAsync(demo, "outage-003", seenWithin: 15);
        }),
        RunAsync(async demo =>
        {
            await ShouldBeInTimeAsync(demo, "drop-database", mailWithin: 12);
            (await demo.RunHarmlessAsync(TimeSpan.FromSeconds(20))).ShouldBe(0);
        }),
        RunAsync(demo => ShouldBeInTimeAsync(demo, "outage-000", seenWithin: 120)),
        RunAsync(demo => ShouldBeInTimeAsync(demo, "outage-004", seenWithin: 120)));

    private static async Task RunAsync(Func<WatchedDemo, Task> story)
    {
        await using var demo = await WatchedDemo.StartAsync(Program, FreePorts.Next());
        (await demo.MailAsync()).ShouldBeEmpty();
        await story(demo);
    }

    private async Task ShouldBeInTimeAsync(WatchedDemo demo, string fault, int mailWithin)
    {
        var times = await demo.RunAsync(fault);
        var story = $"{fault}: {times}";
        output.WriteLine(story);
        times.Down.ShouldBeLessThan(TimeSpan.FromSeconds(10), story);
        times.Mail.ShouldBeLessThan(TimeSpan.FromSeconds(mailWithin), story);
        times.Public.ShouldBeLessThan(TimeSpan.FromSeconds(15), story);
        // Counted from when the first page was due: where the machine was slow to send that, less is left.
        times.NextStep.ShouldBeInRange(TimeSpan.FromSeconds(22), TimeSpan.FromSeconds(35), story);
        times.AllClear.ShouldBeLessThan(TimeSpan.FromSeconds(45), story);
    }

    /// <summary>Acknowledged when the mail is there: nobody else is paged.</summary>
    /// <param name="seenWithin">Seconds to check, mail and status page; null for the times of an outage that stops everything.</param>
    private async Task ShouldBeInTimeAsync(WatchedDemo demo, string outage, int? seenWithin = null)
    {
        var seen = await demo.RunOutageAsync(outage, goesOnFor: TimeSpan.FromSeconds(seenWithin is 120 ? 20 : 5));
        var story = $"{outage}: {seen}";
        output.WriteLine(story);
        seen.Down.ShouldBeLessThan(TimeSpan.FromSeconds(seenWithin ?? 10), story);
        seen.Mail.ShouldBeLessThan(TimeSpan.FromSeconds(seenWithin ?? 12), story);
        seen.Public.ShouldBeLessThan(TimeSpan.FromSeconds(seenWithin ?? 15), story);
        seen.AllClear.ShouldBeLessThan(TimeSpan.FromSeconds(45), story);
        (seen.Pages, seen.Incidents).ShouldBe((1, 1), story);
    }
}
