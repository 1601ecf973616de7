using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>The page of an incident that is open, as several people use it at once.</summary>
[Collection(PagesCollection.Name)]
public sealed class IncidentPageTests(PagesDemo demo)
{
    [BrowserFact]
    public async Task Timeline_SomebodyElseAddsToIt_GrowsWithoutReload()
    {
        var incident = await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        var stream = page.WaitForRequestAsync("**/live?*");
        await page.GotoAsync($"/incidents/{incident.Id}");
        await stream;
        await page.EvaluateAsync("() => { window.isTheSame = true; }");
        var rows = page.Locator("#timeline li:not(.day)");
        var before = await rows.CountAsync();
        await demo.PostAsync($"/api/v1/incidents/{incident.Id}/notes", new { text = "The table of products is gone" });
        // Sooner than the five seconds of polling: the stream told it.
        await Expect(rows.Filter(new() { HasText = "The table of products is gone" })).ToHaveCountAsync(1, new() { Timeout = 4_000 });
        (await rows.CountAsync()).ShouldBeGreaterThan(before);
        (await page.EvaluateAsync<bool>("() => window.isTheSame === true")).ShouldBeTrue("the page was not loaded again");
    }

    [BrowserFact]
    public async Task Suspicion_OneTapToSayIt_StandsOnTopAndOneTapRulesItOut()
    {
        var incident = await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync(new Look(360, ColorScheme.Light));
        var page = await profile.NewPageAsync();
        await page.GotoAsync($"/incidents/{incident.Id}");
        await page.Locator("#suspect").GetByRole(AriaRole.Button, new() { Name = "Cache", Exact = true }).ClickAsync();
        var onTop = page.Locator(".suspected li", new() { HasText = "Cache" });
        await Expect(onTop).ToContainTextAsync("Cache: Ada (primary) looks, since");
        (await BottomAsync(onTop)).ShouldBeLessThan(page.ViewportSize!.Height, "an open suspicion is seen without scrolling, also on a phone");
        var open = page.Locator(".suspicion", new() { HasText = "Cache" });
        await open.GetByRole(AriaRole.Button, new() { Name = "works as usual" }).ClickAsync();
        await Expect(page.Locator("#why")).ToContainTextAsync("Not Cache: works as usual");
        await Expect(onTop).ToHaveCountAsync(0);
        var told = await demo.IncidentAsync(incident.Id);
        told.Suspicions.ShouldNotBeNull().ShouldContain(one => one.Suspect == "Cache" && !one.Open && one.Because == "works as usual");
        told.Timeline.ShouldNotBeNull().Select(row => row.Kind).ShouldContain("ruled out");
    }

    [BrowserFact]
    public async Task Page_OnAPhone_StandsInTheOrderOfTheNight()
    {
        var incident = await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync(new Look(360, ColorScheme.Dark));
        var page = await profile.NewPageAsync();
        await page.GotoAsync($"/incidents/{incident.Id}");
        var tops = new List<(string What, float Top)>();
        foreach (var (what, element) in ((string, ILocator)[])
        [
            ("state", page.Locator("#head h1")), ("suspicions", page.Locator("#why")), ("suspect", page.Locator("#suspect")),
            ("changes", page.GetByRole(AriaRole.Heading, new() { Name = "What changed before" })), ("timeline", page.Locator("#timeline")), ("facts", page.Locator("#what")),
        ])
        {
            tops.Add((what, (await element.BoundingBoxAsync()).ShouldNotBeNull(what).Y));
        }
        tops.OrderBy(one => one.Top).Select(one => one.What).ShouldBe(tops.Select(one => one.What));
        await Expect(page.Locator("#thumb").GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToBeInViewportAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("nobody has acknowledged yet");
        var name = page.Locator(".drop > summary > span");
        await Expect(name).ToHaveTextAsync("Ada (primary)");
        (await name.EvaluateAsync<bool>("one => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().right <= innerWidth")).ShouldBeTrue("the whole name is seen");
    }

    [BrowserFact]
    public async Task Suspicion_OfSomethingElse_IsTypedInOneLine()
    {
        var incident = await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync($"/incidents/{incident.Id}");
        await page.GetByLabel("Something else").FillAsync("the switch in rack 3");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".suspicion", new() { HasText = "the switch in rack 3" })).ToContainTextAsync("looks, since");
    }

    private static async Task<float> BottomAsync(ILocator element) => await element.BoundingBoxAsync() is { } box ? box.Y + box.Height : 0;
}
