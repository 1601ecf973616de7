using System.Net;
using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Demo.Tests;

[Collection(ShopCollection.Name)]
public sealed class DemoEndpointsTests(ShopFixture fixture)
{
    private HttpClient Demo => fixture.Demo;

    [Fact]
    public async Task BreakAndMend_Program_GetsWordAndText()
    {
        try
        {
            (await PostAsync("/demo/break/drop-database")).ShouldBe((HttpStatusCode.OK, "broken"));
            (await PostAsync("/demo/break/drop-database")).ShouldBe((HttpStatusCode.OK, "already-broken"));
        }
        finally
        {
            (await PostAsync("/demo/mend/drop-database")).ShouldBe((HttpStatusCode.OK, "mended"));
        }
        (await PostAsync("/demo/mend/drop-database")).ShouldBe((HttpStatusCode.OK, "already-whole"));
        (await PostAsync("/demo/break/set-on-fire")).ShouldBe((HttpStatusCode.NotFound, "unknown"));
    }

    [Fact]
    public async Task BreakAndMend_ChangeOfAFile_IsToldAsAPipelineTells()
    {
        await PostAsync("/demo/break/harmless-change");
        await PostAsync("/demo/break/harmless-change");
        await PostAsync("/demo/mend/harmless-change");
        fixture.Recorded.Where(change => change.Service == "cache").Select(change => change.Title)
            .ShouldBe(["cache.json: bound 160 instead of 128", "cache.json: the bound of before"]);
    }

    [Fact]
    public async Task Page_OutageIsPressed_ShowsTheTeamsFiguresAndTakesTheTime()
    {
        (await Demo.GetStringAsync("/demo")).ShouldContain("not pressed yet");
        await PostAsync("/demo/break/outage-003");
        try
        {
            var page = await Demo.GetStringAsync("/demo");
            page.ShouldContain("■ broken");
            page.ShouldContain("Pressed at <time");
            foreach (var outage in DemoOutage.All)
            {
                page.ShouldContain(outage.Story.Split('.')[0].Replace("'", "&#x27;", StringComparison.Ordinal));
                page.ShouldContain(outage.Team.Back!);
            }
        }
        finally { await PostAsync("/demo/mend/outage-003"); }
        // Whoever looks on is a customer too: served again, several times in a row.
        await Eventually.Becomes(true, TimeSpan.FromSeconds(90), async () =>
            Regex.IsMatch(await Demo.GetStringAsync("/demo"), "Back</th>\\s*<td[^>]*>4 h</td>\\s*<td class=\"ours\">[0-9.]+ s", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task BreakAndMend_Form_IsRedirectedToThePageThatSaysIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/demo/mend/stop-api");
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Add("Origin", Demo.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await Demo.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/demo?said=stop-api.already-whole");
        (await Demo.GetStringAsync(answer.Headers.Location)).ShouldContain("Nothing to do, this is not broken.");
    }

    [Fact]
    public async Task Page_WithoutScript_HasEveryButtonAndBothFrames()
    {
        var page = await Demo.GetStringAsync("/demo");
        foreach (var fault in DemoFault.All)
        {
            page.ShouldContain($"action=\"/demo/break/{fault.Key}\"");
            page.ShouldContain($"action=\"/demo/mend/{fault.Key}\"");
        }
        page.ShouldContain($"src=\"{fixture.Shop.StorefrontUrl}\"");
        page.ShouldContain("src=\"/status\"");
    }

    [Theory]
    [InlineData("/demo/demo.css", "text/css")]
    [InlineData("/demo/demo.js", "text/javascript")]
    public async Task Assets_OfThePage_AreServed(string path, string type)
    {
        using var answer = await Demo.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
    }

    [Fact]
    public async Task Page_PolicyOfItsAnswer_AllowsNothingInline()
    {
        using var answer = await Demo.GetAsync("/demo");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("unsafe");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain(" style=");
    }

    [Fact]
    public async Task Mailbox_AfterAMail_HasItAndThePageLinksItsAddress()
    {
        const string link = "http://localhost:8080/ack/abc123";
        using (var client = new SmtpClient("127.0.0.1", fixture.Shop.Ports.Smtp))
        {
            await client.SendMailAsync("tocsin@demo.example", "ada@demo.example", "api is <down>", $"Acknowledge: {link}.\nThank you <b>Ada</b>.");
        }
        var mails = JsonDocument.Parse(await Demo.GetStringAsync("/demo/mailbox")).RootElement.EnumerateArray().ToList();
        var mail = mails[^1];
        mail.GetProperty("to").GetString().ShouldBe("ada@demo.example");
        mail.GetProperty("subject").GetString().ShouldBe("api is <down>");
        mail.GetProperty("text").GetString()!.ShouldContain(link);
        mail.GetProperty("html").GetString().ShouldBe("");
        mail.GetProperty("receivedAt").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        var page = await Demo.GetStringAsync("/demo");
        page.ShouldContain($"<a href=\"{link}\" target=\"_blank\" rel=\"noopener\">{link}</a>.");
        page.ShouldContain("Thank you &lt;b&gt;Ada&lt;/b&gt;.");
    }

    [Fact]
    public async Task Mail_WithHtml_IsShownShutIn()
    {
        using (var client = new SmtpClient("127.0.0.1", fixture.Shop.Ports.Smtp))
        using (var message = new MailMessage("tocsin@demo.example", "grace@demo.example", "shut in", "text"))
        {
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(
                "<html><head><title>t</title></head><body><a href=\"http://localhost/ack/x\">Acknowledge</a></body></html>", null, "text/html"));
            await client.SendMailAsync(message);
        }
        var page = await Demo.GetStringAsync("/demo");
        var address = Regex.Match(page, "<iframe class=\"mail\"[^>]* sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"(/demo/mails/[^\"]+)\"",
            RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
        using var mail = await Demo.GetAsync(address);
        var policy = mail.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("sandbox allow-popups");
        policy.ShouldNotContain("allow-scripts");
        policy.ShouldNotContain("allow-same-origin", Case.Sensitive, "what a mail brings is not of this site");
        (await mail.Content.ReadAsStringAsync()).ShouldContain("<head><base target=\"_blank\"><title>");
        (await Demo.GetAsync("/demo/mails/1-nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Token_AskedFromHere_IsText() => (await Demo.GetStringAsync("/demo/token")).ShouldBe("the-token");

    [Theory]
    [InlineData("/demo")]
    [InlineData("/demo/token")]
    [InlineData("/demo/mailbox")]
    public async Task AnyEndpoint_UnderAForeignName_IsNotThere(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = "evil.example";
        using var answer = await Demo.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Break_FromAnotherSite_IsRefused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/demo/break/stop-api");
        request.Headers.Add(header, value);
        using var answer = await Demo.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        DemoFault.Find("stop-api")!.IsBroken(fixture.Shop).ShouldBeFalse();
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("::1", "[::1]", true)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", true)]
    [InlineData("192.0.2.7", "localhost", false)]
    [InlineData("2001:db8::7", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "192.0.2.7", false)]
    public async Task Guard_CallerAndName_LetsOnlyThisMachineIn(string peer, string host, bool isAllowed)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        http.Request.Host = new HostString(host);
        http.Request.Method = "GET";
        var answer = await DemoDoor.Guard(EndpointFilterInvocationContext.Create(http), _ => ValueTask.FromResult<object?>("in"));
        (answer is "in").ShouldBe(isAllowed);
    }

    private async Task<(HttpStatusCode, string)> PostAsync(string path)
    {
        using var answer = await Demo.PostAsync(new Uri(path, UriKind.Relative), null);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        json.GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        return (answer.StatusCode, json.GetProperty("outcome").GetString()!);
    }
}
