using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Walks;

public sealed class UnansweredDemo() : Demo("unanswered-walk");

/// <summary>Nobody answers: the next person is woken, and both are told at the end.</summary>
public sealed class UnansweredWalkTests(UnansweredDemo demo, ITestOutputHelper output) : IClassFixture<UnansweredDemo>
{
    [BrowserFact]
    public async Task MakeItAnswer500_NobodyAcknowledges_TheNextPersonIsPagedAndBothAreToldTheEnd()
    {
        await using var profile = await demo.ProfileAsync(isSignedIn: false);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        await page.ClickAsync("#break-error-api");
        var first = await demo.MailAsync("Ada is paged", TimeSpan.FromSeconds(20), mail => mail.To == "ada@demo.example");
        var second = await demo.MailAsync("Grace is paged", TimeSpan.FromSeconds(50), mail => mail.To == "grace@demo.example");
        var gap = (second.ReceivedAt - first.ReceivedAt).TotalSeconds;
        output.WriteLine($"the next step {gap:0.0} s after the first");
        gap.ShouldBeInRange(25, 45);
        second.AcknowledgeLink.ShouldNotBe(first.AcknowledgeLink, "each person has a link of their own");
        await page.ClickAsync("#mend-error-api");
        foreach (var person in (string[])["ada@demo.example", "grace@demo.example"])
        {
            await demo.MailAsync($"{person} is told the end", TimeSpan.FromSeconds(60), mail => mail.To == person && mail.IsAllClear);
        }
        (await demo.IncidentsAsync()).ShouldHaveSingleItem().State.ShouldBe("resolved");
        demo.OwnFaults.ShouldBeEmpty();
    }
}

public sealed class ButtonsDemo() : Demo("buttons");

/// <summary>Fingers that tap twice.</summary>
public sealed class ButtonsTests(ButtonsDemo demo) : IClassFixture<ButtonsDemo>
{
    [BrowserFact]
    public async Task EveryButton_PressedTwice_IsHarmless()
    {
        await using var profile = await demo.ProfileAsync(isSignedIn: false);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/demo");
        foreach (var fault in (string[])["stop-api", "freeze-api", "error-api", "drop-database"])
        {
            await PressAsync(page, $"#break-{fault}", "Done.", isBroken: true);
            await PressAsync(page, $"#break-{fault}", "Nothing to do, this is broken already.", isBroken: true);
            await PressAsync(page, $"#mend-{fault}", "Mended.", isBroken: false);
            await PressAsync(page, $"#mend-{fault}", "Nothing to do, this is not broken.", isBroken: false);
        }
        await Expect(page.FrameLocator("iframe.storefront").Locator("body")).ToBeVisibleAsync();
        demo.OwnFaults.ShouldBeEmpty();
    }

    private static async Task PressAsync(IPage page, string button, string said, bool isBroken)
    {
        await page.ClickAsync(button);
        await Expect(page.Locator("#said")).ToContainTextAsync(said);
        await Expect(page.Locator("#faults .broken")).ToHaveCountAsync(isBroken ? 1 : 0);
    }
}
