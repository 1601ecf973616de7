using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Channels.Webhook;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Channels;

public sealed class WebhookChannelTests
{
    private static async Task<DeliveryOutcome> SendAsync(Uri url, OutgoingMessage message, string? key = "signing-key")
    {
        using var http = new HttpPost(TimeProvider.System, () => false);
        var method = new ContactMethod.Webhook(url, key is null ? null : SecretRef.InPlace(key));
        return await new WebhookChannel(http, new ManualClock(Samples.Now)).SendAsync(message, method, default);
    }

    [Fact]
    public async Task Send_Page_HasTheDocumentedBody()
    {
        await using var sink = await WebSink.AnsweringAsync(202);
        (await SendAsync(new Uri(sink.Url, "/hook?x=1"), Samples.Page())).ShouldBe(DeliveryOutcome.Delivered("202 Accepted"));
        var request = sink.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/hook?x=1"));
        request.Headers["Tocsin-Delivery"].ShouldBe("page/9");
        using var json = JsonDocument.Parse(request.Body);
        var body = json.RootElement;
        body.GetProperty("version").GetInt32().ShouldBe(1);
        body.GetProperty("type").GetString().ShouldBe("page");
        body.GetProperty("title").GetString().ShouldBe("[SEV2] Api answers 500 · INC-42");
        body.GetProperty("text").GetString().ShouldBe(Samples.Page().Brief);
        body.GetProperty("ackUrl").GetString().ShouldBe(Samples.AckLink.AbsoluteUri);
        body.GetProperty("person").GetString().ShouldBe("ada");
        var incident = body.GetProperty("incident");
        incident.GetProperty("id").GetString().ShouldBe("INC-42");
        incident.GetProperty("title").GetString().ShouldBe("Api answers 500");
        incident.GetProperty("severity").GetString().ShouldBe("SEV2");
        incident.GetProperty("services").EnumerateArray().Select(name => name.GetString()).ShouldBe(["Api", "Checkout"]);
        incident.GetProperty("startedAt").GetDateTimeOffset().ShouldBe(Samples.Incident.StartedAt);
        incident.GetProperty("url").GetString().ShouldBe("https://tocsin.example.org/incidents/INC-42");
    }

    [Fact]
    public async Task Send_Signed_ProvesBodyAndTime()
    {
        await using var sink = await WebSink.AnsweringAsync(204);
        await SendAsync(sink.Url, Samples.Page());
        var request = sink.Requests.Single();
        var time = Samples.Now.ToUnixTimeSeconds();
        var mac = HMACSHA256.HashData("signing-key"u8, Encoding.UTF8.GetBytes($"{time}.{request.Body}"));
        request.Headers["Tocsin-Signature"].ShouldBe($"t={time},v1={Convert.ToHexStringLower(mac)}");
    }

    [Fact]
    public async Task Send_NoKey_IsNotSigned()
    {
        await using var sink = await WebSink.AnsweringAsync(204);
        await SendAsync(sink.Url, Samples.Page(), key: null);
        sink.Requests.Single().Headers.Keys.ShouldNotContain("Tocsin-Signature");
    }

    [Fact]
    public async Task Send_EachKind_HasItsType()
    {
        await using var sink = await WebSink.AnsweringAsync(204);
        OutgoingMessage[] all =
        [
            Samples.Page(), Samples.AllClear(), Samples.Taken(), Samples.CannotRecord(),
            PageMessages.SelfTest("webhook", null, null, Samples.Reader("test/1")),
        ];
        foreach (var message in all) await SendAsync(sink.Url, message);
        sink.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("type").GetString())
            .ShouldBe(["page", "all-clear", "taken", "cannot-record", "test"]);
        all.Select(message => message.Kind).Order().ShouldBe(Enum.GetValues<MessageKind>());
    }

    [Fact]
    public async Task Send_ServerRepeatsTheSecretPath_ItIsHidden()
    {
        await using var sink = await WebSink.AnsweringAsync(404, "nothing at /services/T0/B0/s3cret?k=v");
        (await SendAsync(new Uri(sink.Url, "/services/T0/B0/s3cret?k=v"), Samples.Page()))
            .ShouldBe(DeliveryOutcome.Refused("404 Not Found: nothing at ******"));
    }

    [Fact]
    public async Task Send_NotHttp_IsRefused() =>
        (await SendAsync(new Uri("ftp://localhost/hook"), Samples.Page())).Result.ShouldBe(DeliveryResult.Refused);
}
