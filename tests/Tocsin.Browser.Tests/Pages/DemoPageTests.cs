using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>The page of the demo in one hand, with the database dropped.</summary>
[Collection(PagesCollection.Name)]
public sealed class DemoPageTests(PagesDemo demo)
{
    private static readonly Look Phone = new(360, ColorScheme.Light);

    [BrowserFact]
    public async Task Storefront_OnAPhoneWithTheDatabaseDropped_ShowsTheShopsOwnError()
    {
        await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync(Phone, isSignedIn: false);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        await page.Locator("iframe.storefront").ScrollIntoViewIfNeededAsync();
        var error = page.FrameLocator("iframe.storefront").GetByRole(AriaRole.Alert);
        await Expect(error).ToContainTextAsync("We cannot show our bells right now");
        await Expect(error).ToBeInViewportAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "demo-phone-storefront.png") });
    }

    [BrowserFact]
    public async Task Mail_OnAPhone_IsShownAsItWasSentAndItsLinkOpensBesideThePage()
    {
        await demo.OpenIncidentAsync();
        await using var profile = await demo.ProfileAsync(Phone, isSignedIn: false);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        await page.Locator("iframe.mail").First.ScrollIntoViewIfNeededAsync();
        var mail = page.Locator("iframe.mail").First.ContentFrame;
        await Expect(mail.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "demo-phone-mail.png") });
        var opened = await page.RunAndWaitForPopupAsync(() => mail.GetByRole(AriaRole.Link, new() { Name = "Acknowledge" }).ClickAsync());
        await Expect(opened.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToBeVisibleAsync();
        new Uri(opened.Url).AbsolutePath.ShouldStartWith("/ack/");
        new Uri(page.Url).AbsolutePath.ShouldBe("/demo", "the page with the buttons stays");
    }
}
