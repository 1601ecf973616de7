using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Tocsin.Browser.Tests.Walks;

/// <summary>A demo in which the api is stopped, acknowledged from the mail, and started again: once, for all tests of the class.</summary>
public sealed class MailWalk() : Demo("mail-walk")
{
    private readonly Lock gate = new();
    private Task<string>? told;

    /// <summary>Tells the story the first time it is asked.</summary>
    /// <returns>The incident, which is resolved.</returns>
    public Task<string> OnceAsync(Func<Task<string>> tell)
    {
        lock (gate) return told ??= tell();
    }
}

/// <summary>From a stopped process to the postmortem, as one person on call lives it.</summary>
public sealed class MailWalkTests(MailWalk demo, ITestOutputHelper output) : IClassFixture<MailWalk>
{
    private static readonly TimeSpan MailMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AllClearMax = TimeSpan.FromSeconds(60);

    [BrowserFact]
    public Task StopTheApi_AcknowledgedFromTheMail_ResolvesByItself() => demo.OnceAsync(TellAsync);

    private async Task<string> TellAsync()
    {
        await using var profile = await demo.ProfileAsync(isSignedIn: false);
        var page = await profile.NewPageAsync();
        var mail = await BreakAsync(page);
        var id = (await demo.IncidentsAsync()).ShouldHaveSingleItem("one cause is one incident, although the storefront fails too").Id;
        mail.Subject.ShouldEndWith(id);
        await StatusPageSaysAsync(profile, @"\bAPI (is|are) down");
        await AcknowledgeWithoutScriptAsync(mail.AcknowledgeLink.ShouldNotBeNull(), id);
        await MendAsync(page, id);
        await StatusPageSaysAsync(profile, "Everything is working");
        demo.OwnFaults.ShouldBeEmpty();
        return id;
    }

    private async Task<DemoMail> BreakAsync(IPage page)
    {
        await page.GotoAsync("/demo");
        var watch = Stopwatch.StartNew();
        await page.ClickAsync("#break-stop-api");
        var mail = page.Locator("#mails details");
        await Expect(mail).ToHaveCountAsync(1, new() { Timeout = (float)MailMax.TotalMilliseconds });
        output.WriteLine($"button to mail on the page: {watch.Elapsed.TotalSeconds:0.0} s");
        await Expect(mail).ToContainTextAsync("to ada@demo.example");
        await Expect(page.Locator("#faults .broken")).ToHaveCountAsync(1);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "walk-1-mail-arrived.png") });
        return (await demo.MailsAsync()).ShouldHaveSingleItem();
    }

    private static async Task StatusPageSaysAsync(IBrowserContext profile, string pattern)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/status");
        await Expect(page.Locator("h1")).ToHaveTextAsync(new Regex(pattern), new() { Timeout = 15_000 });
        await page.CloseAsync();
    }

    /// <summary>A phone that has never been here, and a mail scanner before it.</summary>
    private async Task AcknowledgeWithoutScriptAsync(string link, string id)
    {
        await using var scanner = await demo.ProfileAsync(isSignedIn: false, hasScript: false);
        await (await scanner.NewPageAsync()).GotoAsync(link);
        await using var phone = await demo.ProfileAsync(new Look(360, ColorScheme.Dark), isSignedIn: false, hasScript: false);
        var page = await phone.NewPageAsync();
        await page.GotoAsync(link);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "walk-2-acknowledge.png") });
        var opened = await demo.IncidentAsync(id);
        (opened.State, opened.AcknowledgedBy).ShouldBe(("open", null), "looking at the link acknowledges nothing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Acknowledged. Nobody else is woken");
        var taken = await demo.IncidentAsync(id);
        (taken.State, taken.AcknowledgedBy).ShouldBe(("acknowledged", "ada"));
        (await phone.CookiesAsync()).ShouldBeEmpty();
        await page.GotoAsync(link);
        await Expect(page.Locator("main")).ToContainTextAsync("You have it.");
    }

    private async Task MendAsync(IPage page, string id)
    {
        var watch = Stopwatch.StartNew();
        await page.ClickAsync("#mend-stop-api");
        await Expect(page.Locator("#said")).ToContainTextAsync("Mended.");
        var allClear = page.Locator("#mails details", new() { HasText = "resolved" });
        await Expect(allClear).ToHaveCountAsync(1, new() { Timeout = (float)AllClearMax.TotalMilliseconds });
        output.WriteLine($"mended to all-clear on the page: {watch.Elapsed.TotalSeconds:0.0} s");
        (await demo.IncidentAsync(id)).State.ShouldBe("resolved", "nobody pressed resolve");
        var mails = await demo.MailsAsync();
        mails.Where(mail => mail.IsAllClear).Select(mail => mail.To)
            .ShouldBe(mails.Where(mail => !mail.IsAllClear).Select(mail => mail.To).Distinct(), ignoreOrder: true, "everyone who was paged, nobody else");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, "walk-3-all-clear.png") });
    }

    [BrowserFact]
    public async Task WriteThePostmortem_OfIt_IsDraftedFromTheRecord()
    {
        var id = await demo.OnceAsync(TellAsync);
        await using var profile = await demo.ProfileAsync();
        var page = await profile.NewPageAsync();
        await page.GotoAsync($"/incidents/{id}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write the postmortem" }).ClickAsync();
        var text = page.Locator("article.document");
        foreach (var (word, pattern) in Facts) (await RowAsync(text, word)).ShouldMatch(pattern, word);
        (await text.Locator("li", new() { HasText = "Duration:" }).InnerTextAsync()).ShouldMatch(@"\d+ (s|min \d\d s|min), from 20\d\d-.* to .*\(UTC\)");
        (await text.Locator("li", new() { HasText = "Services:" }).InnerTextAsync()).ShouldBe("Services: API, Storefront");
        (await text.Locator("li", new() { HasText = "Impact:" }).InnerTextAsync()).ShouldContain("checks of the affected services failed (measured)");
        (await text.Locator("table").Nth(1).Locator("tbody tr").CountAsync()).ShouldBeGreaterThanOrEqualTo(6);
        var questions = await page.Locator("#questions label").AllInnerTextsAsync();
        questions.Count.ShouldBeInRange(1, 4);
        questions.ShouldAllBe(question => question.TrimEnd().EndsWith('?'));
    }

    // The moments that a postmortem is asked for: the time, how it is known, how long it took.
    private static readonly (string Word, string Pattern)[] Facts =
    [
        ("Started", @"\d\d:\d\d"), ("Detected", @"\d\d:\d\d.* after the start"), ("Notified", @"\d\d:\d\d.* after detection"),
        ("Acknowledged", @"\d\d:\d\d.* after the first page"), ("Mitigated", @"\d\d:\d\d.* after the start"), ("Resolved", @"\d\d:\d\d.* after the start"),
    ];

    private static Task<string> RowAsync(ILocator text, string word) =>
        text.Locator("table").First.Locator("tr", new() { Has = text.Page.GetByRole(AriaRole.Cell, new() { Name = word, Exact = true }) }).InnerTextAsync();
}
