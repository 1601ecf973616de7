using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.Kernel;
using Tocsin.Web.Accounts;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

[Trait("Database", "both")]
public sealed class LinkTests : IAsyncLifetime
{
    private TestSite site = null!;
    private FirstAdmin First => site.Services.GetRequiredService<FirstAdmin>();
    public async Task InitializeAsync() => site = await TestSite.StartAsync();
    public async Task DisposeAsync() => await site.DisposeAsync();

    private static Task<Answer> BecomeAsync(Browser browser, Answer page) =>
        browser.SubmitAsync(page, "start", ("Input.Person", "ada"), ("Input.Password", TestSite.Password));

    [Fact]
    public async Task FirstAdminLink_FromLoopback_MakesOneAdministrator()
    {
        (await First.ExistsAsync()).ShouldBeFalse();
        var path = await First.CreateLinkAsync();
        using var browser = site.Open();
        var page = await browser.GetAsync(path);
        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Header("Referrer-Policy").ShouldBe("no-referrer");
        (await BecomeAsync(browser, page)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/settings/people")).Status.ShouldBe(HttpStatusCode.OK);
        (await First.ExistsAsync()).ShouldBeTrue();
        (await site.AccountFactsAsync(TestSite.Ada)).ShouldBe(["became the first administrator"]);
        using var second = site.Open();
        (await second.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Forbidden, "the link is used up");
    }

    [Fact]
    public async Task FirstAdminLink_ThroughAProxy_IsRefusedWithTheReason()
    {
        var path = await First.CreateLinkAsync();
        using var browser = site.Open();
        var answer = await browser.GetAsync(path, ("X-Forwarded-For", "192.0.2.7"));
        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Text.ShouldContain("on the machine that runs Tocsin");
    }

    [Fact]
    public async Task FirstAdminLink_SentTwiceAtOnce_WorksOnce()
    {
        var path = await First.CreateLinkAsync();
        using var one = site.Open();
        using var two = site.Open();
        var (pageOne, pageTwo) = (await one.GetAsync(path), await two.GetAsync(path));
        var answers = await Task.WhenAll(BecomeAsync(one, pageOne), BecomeAsync(two, pageTwo));
        answers.Count(answer => answer.Status == HttpStatusCode.Redirect).ShouldBe(1);
    }

    [Fact]
    public async Task FirstAdminLink_ReplacedByANewerOne_IsDead()
    {
        var older = await First.CreateLinkAsync();
        await First.CreateLinkAsync();
        using var browser = site.Open();
        (await browser.GetAsync(older)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task SignInLink_SignsInAtOnceAndOnlyOnce()
    {
        var path = await First.CreateSignInLinkAsync(TestSite.Ada, Role.Admin);
        using var browser = site.Open();
        (await browser.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/")).Status.ShouldBe(HttpStatusCode.OK);
        using var second = site.Open();
        (await second.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await second.GetAsync("/")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await site.AccountFactsAsync(TestSite.Ada)).ShouldBe(["signed in by link"]);
    }

    [Fact]
    public async Task Invitation_MadeByAnAdministrator_OpensOnceForThatPersonAndRole()
    {
        using var admin = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        var page = await admin.GetAsync("/settings/people");
        var shown = await admin.SubmitAsync(page, "people", ("act", "invite bob"), ("role-bob", "viewer"));
        var path = shown.Page.QuerySelector(".secret")!.TextContent;
        path.ShouldStartWith("/invite/");
        using var bob = site.Open();
        var welcome = await bob.GetAsync(path);
        welcome.Text.ShouldContain("Welcome, Bob Noyce");
        (await bob.SubmitAsync(welcome, "invite", ("Input.Password", "short"))).Text.ShouldContain("At least 12 characters");
        (await bob.SubmitAsync(welcome, "invite", ("Input.Password", TestSite.Password))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await bob.GetAsync("/settings/people")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await bob.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await site.AccountFactsAsync(TestSite.Bob)).ShouldBe(["was invited as viewer", "accepted the invitation as viewer"]);
    }

    [Fact]
    public async Task Link_OfAnotherKind_DoesNotOpenTheOtherDoor()
    {
        var links = site.Services.GetRequiredService<OneTimeLinks>();
        var invitation = await links.CreateAsync(LinkKind.Invitation, TestSite.Bob, Role.Admin, TimeSpan.FromDays(1), Actor.Tocsin);
        using var browser = site.Open();
        (await browser.GetAsync("/start/" + invitation)).Status.ShouldBe(HttpStatusCode.Forbidden);
        var signIn = (await First.CreateSignInLinkAsync(TestSite.Ada, Role.Admin))["/start/".Length..];
        (await browser.GetAsync("/invite/" + signIn)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Link_RedeemedByManyAtOnce_WorksForOne()
    {
        var links = site.Services.GetRequiredService<OneTimeLinks>();
        var token = await links.CreateAsync(LinkKind.Invitation, TestSite.Bob, Role.Viewer, TimeSpan.FromDays(1), Actor.Tocsin);
        var link = (await links.FindAsync(token))!;
        var redeemed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => links.RedeemAsync(link, TestSite.Bob, "hash", "stamp")));
        redeemed.Count(one => one.IsValid).ShouldBe(1);
    }

    [Fact]
    public async Task Link_Expired_IsRefused()
    {
        var links = site.Services.GetRequiredService<OneTimeLinks>();
        var token = await links.CreateAsync(LinkKind.Invitation, TestSite.Bob, Role.Admin, TimeSpan.FromMilliseconds(1), Actor.Tocsin);
        await site.Store.WriteAsync(async tx => { await tx.ExecuteAsync("update web_link set expires_at = created_at"); });
        using var browser = site.Open();
        (await browser.GetAsync("/invite/" + token)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Database_HoldsNoTokenOfALink()
    {
        var token = (await First.CreateLinkAsync())["/start/".Length..];
        (await site.Store.QueryAsync<string>("select hash from web_link")).ShouldAllBe(hash => hash != token && hash.Length == 64);
        using var browser = site.Open();
        await browser.GetAsync("/start/" + token);
        site.Log.Text.ShouldNotContain(token);
        site.Log.Text.ShouldContain("/start/{Token}");
    }

    [Fact]
    public async Task LastAdministrator_CanBeNeitherDemotedNorRemoved()
    {
        using var admin = await site.SignedInAsync(TestSite.Ada, Role.Admin);
        var page = await admin.GetAsync("/settings/people");
        (await admin.SubmitAsync(page, "people", ("act", "role ada"), ("role-ada", "viewer"))).Text.ShouldContain("only administrator");
        (await admin.SubmitAsync(page, "people", ("act", "remove ada"))).Text.ShouldContain("only administrator");
        (await First.ExistsAsync()).ShouldBeTrue();
    }

    [Fact]
    public void KeysDirectory_IsForThisUserOnly() => File.GetUnixFileMode(Path.Combine(site.DataPath, "keys"))
        .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
