using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Channels.Ntfy;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;
using Severity = Tocsin.Kernel.Facts.Severity;

namespace Tocsin.Paging.Tests.Channels;

public sealed class NtfyChannelTests
{
    private static async Task<DeliveryOutcome> SendAsync(Uri url, OutgoingMessage message, SecretRef? token = null)
    {
        using var http = new HttpPost(TimeProvider.System, () => false);
        return await new NtfyChannel(http).SendAsync(message, new ContactMethod.Ntfy(url, token), default);
    }

    [Fact]
    public async Task Send_Page_PostsToTheRootWithTheTopicInTheBody()
    {
        await using var sink = await WebSink.AnsweringAsync(200, """{"id":"sPs71M8A2T","time":1,"event":"message"}""");
        var outcome = await SendAsync(new Uri(sink.Url, "/tocsin-ada_9"), Samples.Page(), SecretRef.InPlace("tk_abc"));
        outcome.ShouldBe(DeliveryOutcome.Delivered("ntfy sPs71M8A2T"));
        var request = sink.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/"));
        request.Headers["Authorization"].ShouldBe("Bearer tk_abc");
        request.Headers["Content-Type"].ShouldStartWith("application/json");
        using var json = JsonDocument.Parse(request.Body);
        var body = json.RootElement;
        body.GetProperty("topic").GetString().ShouldBe("tocsin-ada_9");
        body.GetProperty("title").GetString().ShouldBe("[SEV2] Api answers 500 · INC-42");
        body.GetProperty("message").GetString().ShouldBe(Samples.Page().Brief);
        body.GetProperty("priority").GetInt32().ShouldBe(5);
        body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["rotating_light", "sev2"]);
        body.GetProperty("click").GetString().ShouldBe("https://tocsin.example.org/incidents/INC-42");
        var action = body.GetProperty("actions").EnumerateArray().ShouldHaveSingleItem();
        action.GetProperty("action").GetString().ShouldBe("view");
        action.GetProperty("label").GetString().ShouldBe("Acknowledge");
        action.GetProperty("url").GetString().ShouldBe(Samples.AckLink.AbsoluteUri);
    }

    [Fact]
    public async Task Send_ServerUnderAPath_PostsThere()
    {
        await using var sink = await WebSink.AnsweringAsync(200, "{}");
        (await SendAsync(new Uri(sink.Url, "/push/me"), Samples.Page())).ShouldBe(DeliveryOutcome.Delivered("200 OK"));
        sink.Requests.Single().Path.ShouldBe("/push/");
        sink.Requests.Single().Headers.Keys.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task Send_AllClear_IsQuietAndHasNothingToPress()
    {
        await using var sink = await WebSink.AnsweringAsync(200, "{}");
        await SendAsync(new Uri(sink.Url, "/me"), Samples.AllClear());
        using var json = JsonDocument.Parse(sink.Requests.Single().Body);
        json.RootElement.GetProperty("priority").GetInt32().ShouldBe(3);
        json.RootElement.TryGetProperty("actions", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(Severity.Sev1, 5)]
    [InlineData(Severity.Sev2, 5)]
    [InlineData(Severity.Sev3, 4)]
    [InlineData(Severity.Sev4, 4)]
    public void Of_EachSeverity_RingsAsLoudAsItIs(Severity severity, int priority) =>
        NtfyMessage.Of(Samples.Page(Samples.Incident with { Severity = severity }), "t").Priority.ShouldBe(priority);

    [Fact]
    public async Task Send_ServerRefuses_HidesTopicAndToken()
    {
        await using var sink = await WebSink.AnsweringAsync(403, "topic my-topic may not be written with tk_abc");
        var outcome = await SendAsync(new Uri(sink.Url, "/my-topic"), Samples.Page(), SecretRef.InPlace("tk_abc"));
        outcome.ShouldBe(DeliveryOutcome.Refused("403 Forbidden: topic *** may not be written with ***"));
    }

    [Fact]
    public async Task Send_TooMany_IsRetried()
    {
        await using var sink = await WebSink.AnsweringAsync(429, "slow down");
        (await SendAsync(new Uri(sink.Url, "/me"), Samples.Page())).ShouldBe(DeliveryOutcome.Retry("429 Too Many Requests: slow down"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a%20b")]
    [InlineData("/t.o.p")]
    public async Task Send_NoTopic_IsRefusedBeforeConnecting(string path)
    {
        await using var sink = await WebSink.AnsweringAsync(200);
        (await SendAsync(new Uri(sink.Url, path), Samples.Page())).Result.ShouldBe(DeliveryResult.Refused);
        sink.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tk\r\nX-Evil: 1")]
    [InlineData("tk abc")]
    public async Task Send_TokenThatIsNone_IsRefused(string token)
    {
        await using var sink = await WebSink.AnsweringAsync(200);
        (await SendAsync(new Uri(sink.Url, "/me"), Samples.Page(), SecretRef.InPlace(token))).Result.ShouldBe(DeliveryResult.Refused);
        sink.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_TokenMissing_NamesTheVariable()
    {
        var outcome = await SendAsync(new Uri("http://localhost/me"), Samples.Page(), SecretRef.OfEnvironment("TOCSIN_TEST_NOT_SET"));
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        outcome.Text.ShouldContain("TOCSIN_TEST_NOT_SET");
    }
}
