using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>The pictures of the README, taken from what runs. Copied to <c>docs/pictures</c> by hand when the look changes.</summary>
public sealed class PictureDemo() : Demo("pictures");

/// <summary>Takes them, and checks that they may be committed.</summary>
public sealed class PictureTests(PictureDemo demo) : IClassFixture<PictureDemo>
{
    private const int BytesMax = 500_000;

    [BrowserFact]
    public async Task Pictures_OfAnUntestedUpgrade_AreSmallEnoughForTheReadme()
    {
        await using var desk = await demo.ProfileAsync(isSignedIn: false);
        var page = await desk.NewPageAsync();
        await page.GotoAsync("/demo");
        await page.ClickAsync("#break-outage-002");
        await Expect(page.Locator("#mails details")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await Expect(page.FrameLocator(".public iframe").Locator("h1")).ToContainTextAsync("down", new() { Timeout = 45_000 });
        await page.SetViewportSizeAsync(1280, 1_180);
        await page.EvaluateAsync("scrollTo(0, 0)");
        await TakeAsync(page, "demo.png");
        var id = (await demo.IncidentsAsync())[0].Id;
        await demo.PostAsync($"/api/v1/incidents/{id}/suspicions", new { service = "cache" });
        await using var phone = await demo.ProfileAsync(new Look(360, ColorScheme.Dark), density: 2);
        var incident = await phone.NewPageAsync();
        await incident.GotoAsync($"/incidents/{id}");
        await TakeAsync(incident, "incident-phone.png");
    }

    private static async Task TakeAsync(IPage page, string name)
    {
        var picture = await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, name) });
        picture.Length.ShouldBeLessThan(BytesMax, name);
    }
}
