using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>A demo of its own: its configuration is changed.</summary>
public sealed class AddCheckDemo() : Demo("add-check");

/// <summary>From an address and a person to a check that is probed; looked at in every step.</summary>
public sealed class AddCheckTests(AddCheckDemo demo) : IClassFixture<AddCheckDemo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [AxeFact]
    public async Task AddACheck_AddressAndWho_ShowsTheDiffSavesItAndProbes()
    {
        await using var profile = await demo.ProfileAsync();
        await profile.AddInitScriptAsync(scriptPath: Axe.ScriptPath);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/services");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a check" }).ClickAsync();
        await page.GetByLabel("What is watched").FillAsync(new Uri(demo.Address, "/healthz").AbsoluteUri);
        await page.GetByLabel("Who is woken").SelectOptionAsync(new SelectOptionValue { Label = "only Grace (backup)" });
        await page.GetByLabel("Key").FillAsync("front-door");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it first" }).ClickAsync();
        var proposal = page.Locator("#proposal");
        await Expect(proposal).ToContainTextAsync("answered 200 in");
        await Expect(proposal.Locator("ins").First).ToContainTextAsync("front-door:");
        await AccessibilityTests.InspectAsync(page, "add-check-look");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save it" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("front-door is watched from now on");
        await Expect(page.Locator("ins").First).ToContainTextAsync("front-door:");
        await AccessibilityTests.InspectAsync(page, "add-check-saved");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the check" }).ClickAsync();
        // It begins somewhere within its interval, and the first good probe is no news that would refresh the page.
        await Eventually.GetsAsync("the check is probed", Patience, async () =>
        {
            await page.ReloadAsync();
            return (await page.Locator("main").InnerTextAsync()) is var text && text.Contains("answered 200", StringComparison.Ordinal) ? text : null;
        });
    }

    [AxeFact]
    public async Task AddACheck_Mistake_StandsAtItsFieldAndInTheFile()
    {
        await using var profile = await demo.ProfileAsync(new Look(360, ColorScheme.Light));
        await profile.AddInitScriptAsync(scriptPath: Axe.ScriptPath);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/settings/add-check");
        await page.GetByLabel("What is watched").FillAsync("ftp://files.example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at it first" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("services.files.example.org is 'ftp://files.example.org', expected an address");
        await Expect(page.Locator("#f-url-error")).ToContainTextAsync("expected an address");
        await Expect(page.GetByLabel("What is watched")).ToHaveValueAsync("ftp://files.example.org");
        await AccessibilityTests.InspectAsync(page, "add-check-wrong");
    }
}
