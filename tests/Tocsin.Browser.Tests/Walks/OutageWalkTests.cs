using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Walks;

/// <summary>A demo of its own: outages are broken and mended in it.</summary>
public sealed class OutageDemo() : Demo("outages");

/// <summary>One of the five outages, pressed on the page of the demo: its card takes the time from the press to the end.</summary>
public sealed class OutageWalkTests(OutageDemo demo) : IClassFixture<OutageDemo>
{
    private static readonly Look Phone = new(360, ColorScheme.Dark), Desk = new(1280, ColorScheme.Light);
    private const float Minute = 60_000;

    [BrowserFact]
    public async Task Upgrade_PressedAndPutBack_StandsWithItsTimesBesideTheTeamsOwn()
    {
        await using var profile = await demo.ProfileAsync(Desk, isSignedIn: false);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        var card = page.Locator("article.outage", new() { Has = page.Locator("#break-outage-002") });
        await page.ClickAsync("#break-outage-002");
        await Expect(card).ToContainTextAsync("■ broken");
        await Expect(Ours(card, "Paged")).ToHaveTextAsync(Time, new() { Timeout = Minute });
        await Expect(Ours(card, "Users told")).ToHaveTextAsync(Time, new() { Timeout = Minute });
        await Expect(Team(card, "Paged")).ToHaveTextAsync("48 min");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "demo-outage-desk.png"), FullPage = true });

        var mail = page.Locator("iframe.mail").First.ContentFrame;
        var opened = await page.RunAndWaitForPopupAsync(() => mail.GetByRole(AriaRole.Link, new() { Name = "Acknowledge" }).ClickAsync());
        await opened.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(Ours(card, "Acknowledged")).ToHaveTextAsync(Time, new() { Timeout = Minute });
        await page.ClickAsync("#mend-outage-002");
        await Expect(Ours(card, "Back")).ToHaveTextAsync(Time, new() { Timeout = Minute });
        await Expect(card).ToContainTextAsync("○ not broken · pressed at");
        (await demo.IncidentsAsync()).Count.ShouldBe(1, "one cause, one incident");

        await using var hand = await demo.ProfileAsync(Phone, isSignedIn: false, hasScript: false);
        var small = await hand.NewPageAsync();
        await small.GotoAsync("/demo");
        await small.ClickAsync("#break-harmless-change");
        await Expect(small.Locator("#said")).ToContainTextAsync("nobody must be paged");
        await Expect(small.Locator(".harmless")).ToContainTextAsync("◆ changed");
        (await small.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBe(360);
        await small.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "demo-outage-phone.png"), FullPage = true });
    }

    private static readonly System.Text.RegularExpressions.Regex Time = new("^\\s*([0-9]+ min )?[0-9.]+ s\\s*$", default, TimeSpan.FromSeconds(1));

    private static ILocator Ours(ILocator card, string moment) => Row(card, moment).Locator("td").Nth(1);
    private static ILocator Team(ILocator card, string moment) => Row(card, moment).Locator("td").Nth(0);
    private static ILocator Row(ILocator card, string moment) => card.GetByRole(AriaRole.Row).Filter(new() { HasText = moment });
}
