using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Probes;

public sealed class TlsProbeTests
{
    private static ProbeSpec.Tls Tls(TestServer server, string name = "127.0.0.1") =>
        new() { Host = "127.0.0.1", Port = server.Port, ServerName = name, ExpiresWithin = TimeSpan.FromDays(14) };

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task RunAsync_GoodCertificate_IsUp()
    {
        await using var server = TestServer.Answering(TestServer.Ok("tls"), Certificates.For("127.0.0.1"));
        var result = await Probing.RunAsync(Tls(server), wantsTranscript: true);
        result.Outcome.ShouldBe(Outcome.Up, result.Text);
        result.Text.ShouldBe("the certificate is valid for 300 more days");
        result.Phases.TlsUs.ShouldNotBeNull();
        result.Transcript!.ShouldContain("CN=127.0.0.1");

        var https = await Probing.RunAsync(Models.Http(server.Url(scheme: "https")));
        https.Outcome.ShouldBe(Outcome.Up, https.Text);
        https.Phases.TlsUs.ShouldNotBeNull();
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "expired", "tls-expired" }, { "not yet", "tls-expired" }, { "name", "tls-name" }, { "untrusted", "tls-untrusted" },
        { "soon", "tls-expires-soon" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task RunAsync_BadCertificate_IsNamed(string fault, string reason)
    {
        var certificate = fault switch
        {
            "expired" => Certificates.For("127.0.0.1", Now.AddDays(-30), Now.AddDays(-2)),
            "not yet" => Certificates.For("127.0.0.1", Now.AddDays(2), Now.AddDays(30)),
            "name" => Certificates.For("other.test"),
            "untrusted" => Certificates.SelfSigned("127.0.0.1"),
            _ => Certificates.For("127.0.0.1", until: Now.AddDays(3)),
        };
        await using var server = TestServer.Answering(TestServer.Ok("tls"), certificate);
        var results = new[] { await Probing.RunAsync(Tls(server)), await Probing.RunAsync(Models.Http(server.Url(scheme: "https"))) };
        foreach (var result in results)
        {
            result.Reason.Word.ShouldBe(reason, result.Text);
            result.Outcome.ShouldBe(fault == "soon" ? Outcome.Degraded : Outcome.Down);
        }
        if (fault == "name") results[0].Text.ShouldBe("the certificate is not for 127.0.0.1 but for other.test");
    }

    [Fact]
    public async Task RunAsync_PortThatSpeaksNoTls_IsTlsFailed()
    {
        await using var server = new TestServer(async (stream, stop) => await stream.WriteAsync("220 mail.test ESMTP\r\n"u8.ToArray(), stop));
        (await Probing.RunAsync(Tls(server))).Reason.ShouldBe(ProbeReason.TlsFailed);
        (await Probing.RunAsync(Models.Http(server.Url(scheme: "https")))).Reason.ShouldBe(ProbeReason.TlsFailed);
    }

    [Fact]
    public async Task RunAsync_SilentDuringHandshake_TimesOutInTheTlsPhase()
    {
        await using var server = new TestServer((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var result = await Probing.RunAsync(Models.Http(server.Url(scheme: "https")), timeoutSeconds: 0.3);
        result.Text.ShouldBe("connected, but no TLS session within 0.3 s");
    }
}
