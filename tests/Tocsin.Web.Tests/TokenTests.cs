using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.Kernel;
using Tocsin.Web.Accounts;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

[Trait("Database", "both")]
public sealed class TokenTests : IAsyncLifetime
{
    private TestSite site = null!;
    private ApiTokens Tokens => site.Services.GetRequiredService<ApiTokens>();
    public async Task InitializeAsync() => site = await TestSite.StartAsync();
    public async Task DisposeAsync() => await site.DisposeAsync();

    private Browser With(string? token)
    {
        var browser = site.Open();
        browser.Bearer = token;
        return browser;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tocsin_unknown")]
    [InlineData("nonsense")]
    public async Task Api_WithoutAKnownToken_Is401AsAProblemAndNeverARedirect(string? token)
    {
        using var browser = With(token);
        foreach (var path in new[] { "/api/v1/whoami", "/api/v1/no-such-thing" })
        {
            var answer = await browser.GetAsync(path);
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Header("Content-Type").ShouldBe("application/problem+json");
            answer.Header("WWW-Authenticate").ShouldBe("Bearer");
        }
    }

    [Fact]
    public async Task Api_WithASessionCookieOnly_Is401()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        (await browser.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.Unauthorized, "a cookie would let other sites post");
    }

    [Fact]
    public async Task IntegrationToken_ActsUnderItsNameWithItsRole()
    {
        var token = (await Tokens.CreateForIntegrationAsync("deploy-job", Role.Responder, Actor.Tocsin)).Value;
        token.ShouldStartWith("tocsin_");
        using var browser = With(token);
        (await browser.GetAsync("/api/v1/whoami")).Text.ShouldBe("""{"text":"integration/deploy-job","role":"Responder"}""");
        (await browser.Client.PostAsJsonAsync("/api/v1/things", new { name = "x" })).StatusCode.ShouldBe(HttpStatusCode.OK, "no antiforgery for bearer tokens");
        (await browser.GetAsync("/metrics")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task TokenOfAViewer_MayNotWrite()
    {
        using var browser = With((await Tokens.CreateForIntegrationAsync("reader", Role.Viewer, Actor.Tocsin)).Value);
        var answer = await browser.Client.PostAsJsonAsync("/api/v1/things", new { name = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task TokenOfAPerson_NeverDoesMoreThanThePersonMayNow()
    {
        await site.AddAccountAsync(TestSite.Ada, Role.Admin);
        await site.AddAccountAsync(TestSite.Bob, Role.Responder);
        var token = (await Tokens.CreateForAsync(TestSite.Bob, "script", Role.Responder, Actor.Tocsin)).Value;
        using var browser = With(token);
        (await browser.GetAsync("/api/v1/whoami")).Text.ShouldContain("user/bob");
        using var admin = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        var people = await admin.GetAsync("/settings/people");
        (await admin.SubmitAsync(people, "people", ("act", "role bob"), ("role-bob", "viewer"))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/api/v1/whoami")).Text.ShouldContain("Viewer");
        (await admin.SubmitAsync(people, "people", ("act", "remove bob"))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await site.AddAccountAsync(TestSite.Bob, Role.Responder);
        (await browser.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.Unauthorized, "an old token does not come back with a new account");
    }

    [Fact]
    public async Task Token_MadeAndRevokedInTheBrowser_IsShownOnceAndKeptAsHash()
    {
        using var admin = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        var made = await admin.SubmitAsync(await admin.GetAsync("/settings/tokens"), "token", ("name", "Prom"), ("role", "viewer"));
        var token = made.Page.QuerySelector(".secret")!.TextContent;
        using var program = With(token);
        (await program.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.OK);
        (await admin.GetAsync("/settings/tokens")).Text.ShouldNotContain(token);
        (await site.Store.QueryAsync<string>("select hash from web_token")).Single().ShouldBe(OneTimeToken.Hash(token));
        var list = await admin.GetAsync("/settings/tokens");
        var id = list.Page.QuerySelector("button[name=id]")!.GetAttribute("value")!;
        await admin.SubmitAsync(list, "revoke", ("id", id));
        (await program.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        site.Log.Text.ShouldNotContain(token);
    }

    [Fact]
    public async Task PersonalToken_AboveTheOwnRole_IsNotMade()
    {
        using var viewer = await site.SignedInAsync(TestSite.Bob, Role.Viewer);
        var page = await viewer.GetAsync("/account");
        (await viewer.SubmitAsync(page, "token", ("name", "more"), ("role", "admin"))).Text.ShouldContain("cannot do more than you may");
        (await site.Store.FirstAsync<long>("select count(*) from web_token")).ShouldBe(0);
    }

    [Fact]
    public async Task Body_OverTheLimit_Is413()
    {
        using var browser = With((await Tokens.CreateForIntegrationAsync("big", Role.Responder, Actor.Tocsin)).Value);
        using var body = new StringContent($$"""{"name":"{{new string('x', 300_000)}}"}""", Encoding.UTF8, "application/json");
        (await browser.Client.PostAsync("/api/v1/things", body)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task BrokenEndpoint_OfTheApi_AnswersAProblemWithAnIdAndNoDetail()
    {
        using var browser = With((await Tokens.CreateForIntegrationAsync("any", Role.Viewer, Actor.Tocsin)).Value);
        var answer = await browser.GetAsync("/api/v1/broken");
        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Header("Content-Type").ShouldBe("application/problem+json");
        answer.Text.ShouldContain("errorId");
        answer.Text.ShouldNotContain("secret");
        (await browser.GetAsync("/api/v1/nothing")).Header("Content-Type").ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Api_BeyondItsRate_Is429ForThatTokenOnly()
    {
        using var busy = With((await Tokens.CreateForIntegrationAsync("busy", Role.Viewer, Actor.Tocsin)).Value);
        using var calm = With((await Tokens.CreateForIntegrationAsync("calm", Role.Viewer, Actor.Tocsin)).Value);
        for (var i = 0; i < RateLimits.ApiPerMinute; i++)
        {
            using var answer = await busy.Client.GetAsync("/api/v1/whoami");
        }
        (await busy.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await calm.GetAsync("/api/v1/whoami")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
