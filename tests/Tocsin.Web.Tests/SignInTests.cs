using System.Net;
using Tocsin.Kernel.Ports;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

public sealed class SignInTests : IAsyncLifetime
{
    private TestSite site = null!;
    public async Task InitializeAsync()
    {
        site = await TestSite.StartAsync();
        await site.AddAccountAsync(TestSite.Ada, Role.Responder);
    }
    public async Task DisposeAsync() => await site.DisposeAsync();

    private static async Task<Answer> TryAsync(Browser browser, string name, string password, string from = "/sign-in") =>
        await browser.SubmitAsync(await browser.GetAsync(from), "sign-in", ("Input.Name", name), ("Input.Password", password));

    [Fact]
    public async Task Anonymous_IsSentToSignInAndBackToWhereItWanted()
    {
        using var browser = site.Open();
        var sent = await browser.GetAsync("/incidents/42?tab=why");
        sent.Status.ShouldBe(HttpStatusCode.Redirect);
        sent.Location.ShouldBe("/sign-in?return=%2Fincidents%2F42%3Ftab%3Dwhy");
        var back = await TryAsync(browser, "Ada", TestSite.Password, sent.Location!);
        back.Status.ShouldBe(HttpStatusCode.Redirect);
        back.Location.ShouldBe("/incidents/42?tab=why");
        (await browser.GetAsync("/incidents/42")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task Return_ToAnotherServer_GoesHome(string wanted)
    {
        using var browser = site.Open();
        var back = await TryAsync(browser, "ada", TestSite.Password, "/sign-in?return=" + Uri.EscapeDataString(wanted));
        new Uri(site.Addresses[0], back.Location).ShouldBe(new Uri(site.Addresses[0], "/"));
    }

    [Fact]
    public async Task Cookie_IsHiddenFromScriptsAndLax()
    {
        using var browser = site.Open();
        var answer = await TryAsync(browser, "ada", TestSite.Password);
        var cookie = answer.Message.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("tocsin_session=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
    }

    [Theory]
    [InlineData("ada", "wrong password, long")]
    [InlineData("nobody", TestSite.Password)]
    [InlineData("bob", TestSite.Password)]
    public async Task WrongNameOrPassword_IsTheSameSentence(string name, string password)
    {
        using var browser = site.Open();
        var answer = await TryAsync(browser, name, password);
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Page.QuerySelector("[role=alert]")!.TextContent.ShouldContain("Name or password is wrong.");
        answer.Text.ShouldNotContain(password);
    }

    [Fact]
    public async Task WithoutAntiforgery_IsRefused()
    {
        using var browser = site.Open();
        var answer = await browser.PostAsync("/sign-in", ("_handler", "sign-in"), ("Input.Name", "ada"), ("Input.Password", TestSite.Password));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.GetAsync("/")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task TooManyWrongPasswords_LockTheAccountAndAreJournalled()
    {
        using var browser = site.Open();
        // Nine by the account itself, so that the limit for one address is not what answers.
        await site.Store.WriteAsync(async tx => { await tx.ExecuteAsync("update web_account set failed_count = 9 where person = 'ada'"); });
        (await TryAsync(browser, "ada", "wrong password, long")).Text.ShouldContain("Too many wrong passwords");
        (await TryAsync(browser, "ada", TestSite.Password)).Text.ShouldContain("Too many wrong passwords");
        (await site.AccountFactsAsync(TestSite.Ada)).ShouldContain("was locked out after too many wrong passwords");
    }

    [Fact]
    public async Task ManyTriesFromOneAddress_AreSlowedDown()
    {
        using var browser = site.Open();
        var page = await browser.GetAsync("/sign-in");
        for (var i = 0; i < RateLimits.ProofsPerMinute; i++) await browser.SubmitAsync(page, "sign-in", ("Input.Name", ""), ("Input.Password", ""));
        var answer = await browser.SubmitAsync(page, "sign-in", ("Input.Name", "ada"), ("Input.Password", TestSite.Password));
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Header("Retry-After").ShouldNotBe("");
        answer.Page.QuerySelector("h1")!.TextContent.ShouldBe("Too many tries");
        (await browser.GetAsync("/sign-in")).Status.ShouldBe(HttpStatusCode.OK, "looking is free");
    }

    [Fact]
    public async Task SignOut_NeedsItsForm_AndEnds()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Responder);
        (await browser.PostAsync("/sign-out", ("_handler", "sign-out"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        var page = await browser.GetAsync("/");
        (await browser.SubmitAsync(page, "sign-out")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/")).Location!.ShouldContain("/sign-in");
    }

    [Fact]
    public async Task PersonNoLongerConfigured_IsOut()
    {
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Responder);
        site.People.Known.RemoveAll(person => person.Key == TestSite.Ada);
        (await browser.GetAsync("/")).Location!.ShouldContain("/sign-in");
        (await TryAsync(site.Open(), "ada", TestSite.Password)).Text.ShouldContain("Name or password is wrong.");
    }

    [Fact]
    public async Task ChangePassword_NeedsTheOldOne_AndIsJournalled()
    {
        using var browser = site.Open();
        await TryAsync(browser, "ada", TestSite.Password);
        var page = await browser.GetAsync("/account");
        (await browser.SubmitAsync(page, "password", ("Password.Current", "not it at all"), ("Password.Wanted", "another long one")))
            .Text.ShouldContain("The present password is wrong.");
        (await browser.SubmitAsync(page, "password", ("Password.Current", TestSite.Password), ("Password.Wanted", "short")))
            .Text.ShouldContain("At least 12 characters");
        (await browser.SubmitAsync(page, "password", ("Password.Current", TestSite.Password), ("Password.Wanted", "another long one")))
            .Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/account")).Page.QuerySelector(".notice-done")!.TextContent.ShouldContain("The password is changed.");
        (await browser.GetAsync("/account")).Page.QuerySelector(".notice-done").ShouldBeNull("a message is shown once");
        (await TryAsync(site.Open(), "ada", "another long one")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await site.AccountFactsAsync(TestSite.Ada)).ShouldContain("set a new password");
    }
}
