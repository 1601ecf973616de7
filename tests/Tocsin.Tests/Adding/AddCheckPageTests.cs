using System.Net;
using System.Text.RegularExpressions;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Tests.Acceptance;
using Tocsin.Web;

namespace Tocsin.Tests.Adding;

/// <summary>The page of a real server on real files, as a browser without script uses it.</summary>
public sealed partial class AddCheckPageTests
{
    private const string Page = "/settings/add-check";
    private const string Configured = """
        people: {me: {ntfy: http://127.0.0.1:1/topic} }
        services:
          # The shop.
          shop: http://127.0.0.1:1
        """;

    private static HttpClient Browser(RunningServer server) => new(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() }) { BaseAddress = server.Url };

    private static async Task<HttpClient> SignedInAsync(RunningServer server, Role role)
    {
        var browser = Browser(server);
        using var signedIn = await browser.GetAsync(await server.Program.FirstAdmin.CreateSignInLinkAsync(new PersonKey("me"), role));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        return browser;
    }

    private static async Task<(HttpStatusCode Status, string Text)> SubmitAsync(HttpClient browser, string page, string form, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(page).Groups[1].Value;
        using var content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await browser.PostAsync(Page, content);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    private static Task<(HttpStatusCode Status, string Text)> LookAsync(HttpClient browser, string page, string url, string key = "") =>
        SubmitAsync(browser, page, "look", ("url", url), ("key", key), ("service", ""), ("who", "person/me"));

    private static string FileOf(RunningServer server) => Path.Combine(server.Configuration, "tocsin.yaml");

    [Fact]
    public async Task Add_LookedAtAndSaved_IsInTheFileInForceAndProbed()
    {
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync(Configured);
        using var admin = await SignedInAsync(server, Role.Admin);
        var (status, look) = await LookAsync(admin, await admin.GetStringAsync(Page), target.Url, "blog");
        status.ShouldBe(HttpStatusCode.OK);
        look.ShouldMatch(@"One probe just now: answered 200 in \d+ ms");
        look.ShouldContain("+   blog:");
        (await File.ReadAllTextAsync(FileOf(server))).ShouldNotContain("blog");

        var (_, saved) = await SubmitAsync(admin, look, "save", ("proposal", Proposal().Match(look).Groups[1].Value));
        saved.ShouldContain("blog is watched from now on");
        saved.ShouldContain("+   blog:");
        (await File.ReadAllTextAsync(FileOf(server))).ShouldContain($"  # The shop.\n  shop: http://127.0.0.1:1\n  blog:\n    url: {target.Url}\n    escalation: me\n");
        await Wait.UntilAsync(() => server.Get<CheckQueries>().Find(new CheckKey("blog"))?.State == Outcome.Up);
        var applied = (await server.Get<IJournal>().ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<ConfigApplied>()])))[^1];
        applied.Actor.ShouldBe(Actor.User(new PersonKey("me")));
        (await admin.GetStringAsync("/checks/blog")).ShouldContain("blog");
    }

    [Fact]
    public async Task Add_FileChangedAfterTheLook_IsRefusedWithBothShownThenSaved()
    {
        await using var server = await RunningServer.StartAsync(Configured);
        using var admin = await SignedInAsync(server, Role.Admin);
        var (_, look) = await LookAsync(admin, await admin.GetStringAsync(Page), "http://127.0.0.1:1/blog", "blog");
        await File.AppendAllTextAsync(FileOf(server), "\nzone: Europe/Berlin\n");
        var (status, both) = await SubmitAsync(admin, look, "save", ("proposal", Proposal().Match(look).Groups[1].Value));
        status.ShouldBe(HttpStatusCode.Conflict);
        both.ShouldContain("somebody changed the file after you looked at it");
        both.ShouldContain("+ zone: Europe/Berlin");
        both.ShouldContain("+   blog:");
        (await SubmitAsync(admin, both, "save", ("proposal", Proposal().Match(both).Groups[1].Value))).Text.ShouldContain("blog is watched from now on");
    }

    [Fact]
    public async Task Add_Mistake_StandsAtItsFieldAndWithFileLineAndColumn()
    {
        await using var server = await RunningServer.StartAsync(Configured);
        using var admin = await SignedInAsync(server, Role.Admin);
        var (status, page) = await LookAsync(admin, await admin.GetStringAsync(Page), "ftp://blog.example.org", "blog");
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page.ShouldMatch(@"tocsin\.yaml:7:10: services\.blog\.url is 'ftp://blog\.example\.org', expected an address");
        page.ShouldMatch(@"id=""f-url-error""[^<]*<span[^<]*</span> services\.blog\.url is");
        page.ShouldContain("value=\"ftp://blog.example.org\"");
    }

    [Fact]
    public async Task Add_FileThatCannotBeAddedTo_GivesTheTextToPaste()
    {
        await using var server = await RunningServer.StartAsync(Configured);
        using var admin = await SignedInAsync(server, Role.Admin);
        // The empty line belongs to the description: behind it the text would change, before it as well.
        await File.WriteAllTextAsync(FileOf(server), (await File.ReadAllTextAsync(FileOf(server)))
            .Replace("  shop: http://127.0.0.1:1", "  shop:\n    url: http://127.0.0.1:1\n    description: |+\n      One.\n\nzone: UTC\n", StringComparison.Ordinal));
        var (_, page) = await LookAsync(admin, await admin.GetStringAsync(Page), "http://127.0.0.1:1/blog", "blog");
        page.ShouldContain("It has to be put there by hand");
        page.ShouldContain("services:\n  blog:\n    url: http://127.0.0.1:1/blog");
        page.ShouldNotContain("form=\"save\"");
    }

    [Fact]
    public async Task Add_ByAResponder_IsRefused()
    {
        await using var server = await RunningServer.StartAsync(Configured);
        using var responder = await SignedInAsync(server, Role.Responder);
        (await responder.GetAsync(Page)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var (status, _) = await LookAsync(responder, await responder.GetStringAsync("/account"), "http://127.0.0.1:1/blog", "blog");
        status.ShouldBe(HttpStatusCode.Forbidden);
        (await File.ReadAllTextAsync(FileOf(server))).ShouldNotContain("blog");
    }

    [Fact]
    public async Task Settings_PublicUrlOfThisMachineOnly_IsWarnedOfWithFileLineAndColumn()
    {
        await using var server = await RunningServer.StartAsync(Configured);
        using var admin = await SignedInAsync(server, Role.Admin);
        foreach (var page in (string[])["/settings", "/settings/configuration"])
        {
            WebUtility.HtmlDecode(await admin.GetStringAsync(page)).ShouldContain("tocsin.yaml:1:13: warning: public_url is an address of this machine only");
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"", RegexOptions.None, 1_000)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"proposal\" value=\"([^\"]+)\"", RegexOptions.None, 1_000)]
    private static partial Regex Proposal();
}
