using System.Net;
using Tocsin.Tests.Acceptance;
using Tocsin.Web;

namespace Tocsin.Tests.Tls;

public sealed class TlsListenerTests
{
    private const string Quiet = "people: {me: {webhook: \"http://127.0.0.1:1/hook\"} }\n";

    private readonly Authority authority = new();

    [Fact]
    public async Task Handshake_ClientThatTrustsTheRootOnly_IsShownTheWholeChain()
    {
        var issued = authority.Issue("whole");
        using var files = new LiveFiles(issued.FullChain, issued.Key);
        var open = FreePorts.Next();
        await using var server = await RunningServer.StartAsync(Quiet + files.Yaml + $"listen_public: https://127.0.0.1:{open}\n");
        var (status, text, subject, version) = await new HttpsClient(server.Port, authority.Root).GetAsync("/healthz");
        (status, text, subject, version).ShouldBe((HttpStatusCode.OK, "ok\n", "CN=whole", HttpVersion.Version20));
        (await new HttpsClient(open, authority.Root).GetAsync("/status")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Handshake_FileWithoutTheIssuer_IsNotTrusted()
    {
        var issued = authority.Issue("leaf only");
        using var files = new LiveFiles(issued.Leaf, issued.Key);
        await using var server = await RunningServer.StartAsync(Quiet + files.Yaml);
        await Should.ThrowAsync<HttpRequestException>(new HttpsClient(server.Port, authority.Root).GetAsync("/healthz"));
    }

    [Fact]
    public async Task RenewedFiles_AreShownWithoutARestart_AndBadOnesAreNot()
    {
        var first = authority.Issue("first");
        using var files = new LiveFiles(first.FullChain, first.Key);
        await using var server = await RunningServer.StartAsync(Quiet + files.Yaml);
        var client = new HttpsClient(server.Port, authority.Root) { Token = await server.TokenAsync(Role.Viewer) };
        (await client.GetAsync("/readyz")).Text.ShouldContain("certificate: well");

        var second = authority.Issue("second");
        files.Put(second.FullChain, second.Key);
        await Wait.UntilAsync(async () => (await client.GetAsync("/healthz")).Subject == "CN=second");

        files.Put("garbage", second.Key);
        await Wait.UntilAsync(async () => (await client.GetAsync("/readyz")).Text.Contains("certificate: impaired", StringComparison.Ordinal));
        var bad = await client.GetAsync("/readyz");
        bad.Subject.ShouldBe("CN=second");
        bad.Text.ShouldContain("the one before stays in force until");
        bad.Text.ShouldContain($"{files.Certificate} holds no certificate");

        var third = authority.Issue("third");
        files.Put(third.FullChain, third.Key);
        await Wait.UntilAsync(async () => (await client.GetAsync("/readyz")) is { Subject: "CN=third" } good && good.Text.Contains("certificate: well", StringComparison.Ordinal));
    }
}
