using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>What no probe saw, told in forms.</summary>
[Collection(PagesCollection.Name)]
public sealed partial class TellingTests(PagesDemo demo)
{
    [BrowserFact]
    public async Task Declare_ByForm_OpensTheIncidentAndPagesSomebody()
    {
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/incidents");
        await page.GetByRole(AriaRole.Link, new() { Name = "Declare an incident" }).ClickAsync();
        await page.GetByLabel("What is wrong").FillAsync("Parcels leave without labels");
        await page.GetByLabel("Others").FillAsync("Label printer");
        await page.GetByLabel("Severity").SelectOptionAsync("sev3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Declare it and page people" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(AnIncident());
        await Expect(page.Locator("h1")).ToContainTextAsync("Parcels leave without labels SEV3");
        await Expect(page.Locator("#what")).ToContainTextAsync("Label printer");
        await demo.MailAsync("Ada is paged", TimeSpan.FromSeconds(20), mail => mail.Subject.Contains("Parcels leave", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve", Exact = true }).ClickAsync();
        await Expect(page.Locator("#thumb")).ToContainTextAsync("Write the postmortem");
    }

    // The facts of a real outage of an API server, in words of our own.
    private static readonly (string Time, string Kind, string Text)[] Story =
    [
        ("10:00", "detected", "Alerts: the API server takes far longer to answer than usual"),
        ("10:15", "notified", "The engineers are told and begin to look"),
        ("10:30", "hypothesis", "First looks go to the network and to the database"),
        ("11:00", "hypothesis", "Slow database queries are taken for the cause, which is wrong"),
        ("11:30", "escalated", "Senior engineers are called in"),
        ("12:00", "cause found", "The cache of the API server is set wrongly and eats the server up"),
        ("13:00", "action", "Rollback of the cache settings begins"),
        ("14:00", "resolved", "Everything works again after rollback and restart"),
    ];

    [BrowserFact]
    public async Task PastOutage_TypedByHand_ComesBackInPrintRowForRow()
    {
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/postmortems");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write up a past outage" }).ClickAsync();
        await TypeFactsAsync(page);
        for (var row = 1; row <= Story.Length; row++) await TypeRowAsync(page, row);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "walk-4-past-outage-typed.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it up" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("is written up. Its postmortem is drafted.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Print" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(APrint());
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await PrintSaysAsync(page.Locator("article.document"));
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "walk-5-past-outage-print.png"), FullPage = true });
    }

    private static async Task TypeFactsAsync(IPage page)
    {
        await page.GetByLabel("Title").FillAsync("API server: a third of the users without service");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "API", Exact = true }).CheckAsync();
        await page.GetByLabel("Start", new() { Exact = false }).First.FillAsync("2024-01-25 10:00");
        await page.GetByLabel("End", new() { Exact = false }).First.FillAsync("2024-01-25 14:00");
        await page.GetByLabel("Zone").FillAsync("UTC");
        await page.GetByLabel("Extent").SelectOptionAsync("partial");
        await page.GetByLabel("Share of users").FillAsync("30");
        await page.GetByLabel("Symptoms").FillAsync("Important functions answer late or not at all.");
        await page.GetByLabel("Cause").FillAsync("A wrong setting of the cache on the API server used up its resources.");
    }

    private static async Task TypeRowAsync(IPage page, int row)
    {
        if (await page.Locator($"#when-{row}").CountAsync() == 0)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a row" }).ClickAsync();
            // What was typed before stays.
            await Expect(page.Locator("#text-1")).ToHaveValueAsync(Story[0].Text);
        }
        var (time, kind, text) = Story[row - 1];
        await page.FillAsync($"#when-{row}", time);
        await page.SelectOptionAsync($"#kind-{row}", kind);
        await page.FillAsync($"#text-{row}", text);
    }

    private static async Task PrintSaysAsync(ILocator print)
    {
        var rows = await print.Locator("table").Nth(1).Locator("tbody tr").AllAsync();
        rows.Count.ShouldBe(8);
        foreach (var (row, told) in rows.Zip(Story))
        {
            var cells = await row.Locator("td").AllInnerTextsAsync();
            cells[0].ShouldEndWith(told.Time);
            cells[1].ShouldBe(told.Text);
        }
        (await rows[0].InnerTextAsync()).ShouldStartWith("2024-01-25 10:00");
        (await print.Locator("table").Nth(1).Locator("th").First.InnerTextAsync()).ShouldBe("Time (UTC)");
        (await print.Locator("li", new() { HasText = "Duration:" }).InnerTextAsync())
            .ShouldBe("Duration: 4 h 00 min, from 2024-01-25 10:00 to 14:00 (UTC)");
        (await print.Locator("li", new() { HasText = "Impact:" }).InnerTextAsync()).ShouldContain("30 % of users");
    }

    [GeneratedRegex(@"/incidents/INC-\d+$", RegexOptions.None, 1_000)]
    private static partial Regex AnIncident();

    [GeneratedRegex(@"/postmortems/INC-\d+/print$", RegexOptions.None, 1_000)]
    private static partial Regex APrint();
}
