using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Walks;

/// <summary>A demo of its own: it is broken and put back in it.</summary>
public sealed class FirstMinuteDemo() : Demo("first-minute");

/// <summary>What somebody sees who presses a button for the first time: four taps from the untested upgrade to the postmortem.</summary>
public sealed class FirstMinuteTests(FirstMinuteDemo demo, ITestOutputHelper output) : IClassFixture<FirstMinuteDemo>
{
    private const float Limit = 60_000;

    [BrowserFact]
    public async Task Upgrade_AcknowledgedRolledBackAndWrittenUp_InFourTaps()
    {
        await Eventually.GetsAsync("the release proved healthy", TimeSpan.FromMinutes(2), async () =>
            (await demo.Http.GetFromJsonAsync<JsonObject>("/api/v1/targets/api-release"))!["healthySeconds"]);
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        var watch = Stopwatch.StartNew();
        await page.ClickAsync("#break-outage-002");
        var card = page.Locator("article.outage", new() { Has = page.Locator("#break-outage-002") });
        await Expect(card).ToContainTextAsync("■ broken", new() { Timeout = Limit });

        await page.GotoAsync("/");
        await page.Locator("a[href^='/incidents/INC-']").First.ClickAsync(new() { Timeout = Limit });
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(page.Locator("#roll-back")).ToContainTextAsync("proved healthy");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "first-minute-1-roll-back.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).First.ClickAsync();
        output.WriteLine($"rolled back after {watch.Elapsed.TotalSeconds:0.0} s");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write the postmortem" }).ClickAsync(new() { Timeout = Limit });
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        output.WriteLine($"the draft stands after {watch.Elapsed.TotalSeconds:0.0} s");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "first-minute-2-postmortem.png"), FullPage = true });
        // The promise is a minute; a busy machine has two.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2));
        await Expect(page.Locator("main")).ToContainTextAsync("api-release");

        await page.GotoAsync("/demo");
        await Expect(card).ToContainTextAsync("○ not broken · pressed at");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "first-minute-3-figures.png"), FullPage = true });
        demo.OwnFaults.ShouldBeEmpty();
    }
}
