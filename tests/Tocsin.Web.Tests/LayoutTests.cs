using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

public sealed class LayoutTests : IAsyncLifetime
{
    private TestSite site = null!;
    public async Task InitializeAsync() => site = await TestSite.StartAsync(also: services => services
        .AddSingleton<IPanel<IncidentId>>(new SamplePanel("Works", 1, () => ValueTask.FromResult<object?>("the data")))
        .AddSingleton<IPanel<IncidentId>>(new SamplePanel("Throws", 2, () => throw new InvalidOperationException("no")))
        .AddSingleton<IPanel<IncidentId>>(new SamplePanel("Breaks while shown", 3, () => ValueTask.FromResult<object?>("broken")))
        .AddSingleton<IPanel<IncidentId>>(new SamplePanel("Nothing to show", 4, () => ValueTask.FromResult<object?>(null))));
    public async Task DisposeAsync() => await site.DisposeAsync();

    [Fact]
    public async Task Page_SignedIn_HasNavigationTitleAndOneScript()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Responder);
        var answer = await browser.GetAsync("/");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Page.Title.ShouldBe("1 of 48 services is down · Tocsin");
        answer.Page.QuerySelectorAll(".nav-wide a").Select(link => link.TextContent).ShouldBe(
            ["Overview", "Incidents", "Services", "On-call", "Changes", "Recovery", "Postmortems", "Status page", "Settings"]);
        answer.Page.QuerySelector(".nav-wide [aria-current=page]")!.TextContent.ShouldBe("Overview");
        answer.Page.QuerySelectorAll("script").Single().GetAttribute("src").ShouldBe(WebAssets.Url("tocsin.js"));
        answer.Text.ShouldNotContain("style=\"");
        answer.Page.QuerySelector("main")!.GetAttribute("data-since").ShouldBe(site.Services.GetRequiredService<LiveHub>().Id);
    }

    [Fact]
    public async Task Page_SignedIn_CarriesTheSecurityHeaders()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        var answer = await browser.GetAsync("/");
        answer.Header("Content-Security-Policy").ShouldContain("default-src 'self'");
        answer.Header("Content-Security-Policy").ShouldContain("frame-ancestors 'self'");
        answer.Header("Content-Security-Policy").ShouldNotContain("unsafe");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("Referrer-Policy").ShouldBe("same-origin");
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Header("Permissions-Policy").ShouldContain("camera=()");
        answer.Header("Server").ShouldBe("");
        answer.Header("Strict-Transport-Security").ShouldBe("", "plain HTTP cannot promise HTTPS");
    }

    [Fact]
    public async Task Asset_ByItsHash_IsKeptForAYearAndRevalidates()
    {
        using var browser = site.Open();
        var answer = await browser.GetAsync(WebAssets.Url("tocsin.css"));
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Header("Content-Type").ShouldBe("text/css; charset=utf-8");
        answer.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        (await browser.GetAsync(WebAssets.Url("tocsin.css"), ("If-None-Match", answer.Header("ETag")))).Status.ShouldBe(HttpStatusCode.NotModified);
        (await browser.GetAsync(WebAssets.Url("tocsin.js"))).Header("Content-Type").ShouldBe("text/javascript; charset=utf-8");
        (await browser.GetAsync("/favicon.ico")).Header("Content-Type").ShouldBe("image/svg+xml");
    }

    [Fact]
    public async Task Panels_ThatFailOrAreEmpty_HoldNothingUp()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        var answer = await browser.GetAsync("/incidents/42");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        string TextOf(string title) => answer.Page.QuerySelectorAll(".card").Single(card => card.QuerySelector("h2")?.TextContent == title).TextContent;
        TextOf("Works").ShouldContain("the data");
        TextOf("Throws").ShouldContain("Not available");
        TextOf("Breaks while shown").ShouldContain("Not available");
        answer.Text.ShouldNotContain("Nothing to show");
        answer.Page.QuerySelector("button[data-key=a]")!.TextContent.ShouldBe("Acknowledge");
    }

    [Fact]
    public async Task PublicPage_HasNoScriptCookieOrForm_AndMayBeCached()
    {
        using var browser = site.Open();
        var answer = await browser.GetAsync("/sample/status");
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Header("Set-Cookie").ShouldBe("");
        answer.Header("Cache-Control").ShouldBe("public, max-age=5");
        answer.Page.QuerySelectorAll("script, form").ShouldBeEmpty();
    }

    [Fact]
    public async Task UnknownPage_SignedIn_IsAPageThatSays404()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        var answer = await browser.GetAsync("/no/such/page");
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Page.QuerySelector("h1")!.TextContent.ShouldBe("Nothing is here");
        answer.Page.QuerySelectorAll(".nav-wide a").Length.ShouldBe(9);
        answer.Page.QuerySelectorAll("main .links a").Select(link => link.GetAttribute("href")).ShouldBe(["/", "/incidents", "/services"]);
        answer.Page.QuerySelector("main form[action='/incidents'] input[name=text]").ShouldNotBeNull("what was looked for may be found by its name");
    }

    [Fact]
    public async Task ErrorPage_OfAStranger_LeadsToTheSignInAndTellsNothingElse()
    {
        using var browser = site.Open();
        var answer = await browser.GetAsync("/error/404");
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")).ShouldBe(["/sign-in", "/status"]);
    }

    [Theory]
    [InlineData("/paged", "Page 1 of 3", "/paged?page=2")]
    [InlineData("/paged?page=2&text=a%26b", "Page 2 of 3", "/paged?text=a%26b|/paged?text=a%26b&page=3")]
    [InlineData("/paged?page=3", "Page 3 of 3", "/paged?page=2")]
    [InlineData("/paged?page=99", "Page 99 of 3", "/paged?page=3")]
    [InlineData("/paged?page=-1", "Page 1 of 3", "/paged?page=2")]
    public async Task Pager_OnAPage_LeadsToTheNeighboursAndKeepsTheRest(string address, string words, string links)
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        var answer = await browser.GetAsync(address);
        answer.Page.QuerySelector(".pager")!.TextContent.ShouldContain(words);
        answer.Page.QuerySelectorAll(".pager a").Select(link => link.GetAttribute("href")).ShouldBe(links.Split('|'), ignoreOrder: false, address);
    }

    [Fact]
    public async Task BrokenPage_TellsANumberAndNoDetail()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        var answer = await browser.GetAsync("/broken");
        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Text.ShouldNotContain("secret");
        var id = answer.Page.QuerySelector("main code")!.TextContent;
        site.Log.Text.ShouldContain(id);
        site.Log.Text.ShouldContain("a secret in the message");
    }

    [Fact]
    public async Task Settings_ShowsWhatTheRoleMayOpen()
    {
        using var viewer = await site.SignedInAsync(TestSite.Bob, Role.Viewer);
        (await viewer.GetAsync("/settings")).Page.QuerySelectorAll(".links a").Select(link => link.GetAttribute("href")).ShouldBe(["/account"]);
        using var admin = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        (await admin.GetAsync("/settings")).Page.QuerySelectorAll(".links a").Select(link => link.GetAttribute("href"))
            .ShouldBe(["/settings/people", "/settings/tokens", "/account"]);
    }

    private sealed class SamplePanel(string title, int order, Func<ValueTask<object?>> load) : IPanel<IncidentId>
    {
        public string Title => title;
        public int Order => order;
        public PanelColumn Column => PanelColumn.What;
        public Type Component => typeof(Pages.PanelSample);
        public ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation) => load();
    }
}
