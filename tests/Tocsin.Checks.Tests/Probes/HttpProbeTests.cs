using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Probes;

public sealed class HttpProbeTests
{
    [Fact]
    public async Task RunAsync_GoodAnswer_IsUpWithPhases()
    {
        await using var server = TestServer.Answering(TestServer.Ok("hello"));
        var result = await Probing.RunAsync(Models.Http(server.Url("/health")));
        result.Outcome.ShouldBe(Outcome.Up, result.Text);
        result.Address.ShouldBe(IPAddress.Loopback);
        result.Phases.ConnectUs.ShouldNotBeNull();
        result.Phases.FirstByteUs.ShouldNotBeNull();
        result.Phases.TlsUs.ShouldBeNull();
        result.Transcript!.ShouldBeNull();
        server.Requests.ShouldHaveSingleItem().ShouldStartWith("GET /health HTTP/1.1");
        server.Requests[0].ShouldContain("Connection: close");
        server.Requests[0].ShouldContain("User-Agent: Tocsin/0.1");
        server.Requests[0].ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task RunAsync_Status500_IsDownWithTranscript()
    {
        await using var server = TestServer.Answering("HTTP/1.1 500 Oops\r\nContent-Length: 9\r\nX-Node: a1\r\n\r\nno thanks");
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.Status));
        result.Text.ShouldBe("answered 500, expected 200 to 299");
        result.Transcript!.ShouldContain("< HTTP/1.1 500 Oops");
        result.Transcript!.ShouldContain("< X-Node: a1");
        result.Transcript!.ShouldContain("no thanks");
    }

    [Fact]
    public async Task RunAsync_NobodyListens_IsRefused()
    {
        int port;
        await using (var server = TestServer.Answering("")) port = server.Port;
        var result = await Probing.RunAsync(Models.Http(new Uri($"http://127.0.0.1:{port}/")));
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.Refused));
        result.Text.ShouldBe("127.0.0.1 refused the connection");
    }

    [Fact]
    public async Task RunAsync_AcceptsAndIsSilent_TimesOutInTime()
    {
        await using var server = new TestServer((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var result = await Probing.RunAsync(Models.Http(server.Url()), timeoutSeconds: 0.4);
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.Timeout));
        result.Text.ShouldBe("connected, but no answer within 0.4 s");
        result.Duration.ShouldBeInRange(TimeSpan.FromSeconds(0.35), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task RunAsync_Reset_IsReset()
    {
        await using var server = new TestServer(async (stream, stop) =>
        {
            await TestServer.ReadHeadAsync(stream, stop);
            ((NetworkStream)stream).Socket.Close(0);
        });
        (await Probing.RunAsync(Models.Http(server.Url()))).Reason.ShouldBe(ProbeReason.Reset);
    }

    [Fact]
    public async Task RunAsync_ClosesWithoutAnswer_IsClosed()
    {
        await using var server = TestServer.Answering("");
        (await Probing.RunAsync(Models.Http(server.Url()))).Reason.ShouldBe(ProbeReason.Closed);
    }

    [Fact]
    public async Task RunAsync_BodyShorterThanPromised_IsClosed()
    {
        await using var server = TestServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        result.Reason.ShouldBe(ProbeReason.Closed);
        result.Text.ShouldContain("before the body was complete");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbad header line\r\n\r\n")]
    [InlineData("HTTP/1.1 banana\r\n\r\n")]
    public async Task RunAsync_NotHttp_IsInvalidResponse(string answer)
    {
        await using var server = TestServer.Answering(answer);
        (await Probing.RunAsync(Models.Http(server.Url()))).Reason.ShouldBe(ProbeReason.InvalidResponse);
    }

    [Fact]
    public async Task RunAsync_HeadOverTheLimit_IsInvalidResponse()
    {
        var filler = string.Concat(Enumerable.Range(0, 50).Select(i => $"X-{i}: {new string('a', 1000)}\r\n"));
        await using var server = TestServer.Answering($"HTTP/1.1 200 OK\r\n{filler}\r\n");
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        result.Reason.ShouldBe(ProbeReason.InvalidResponse);
        result.Text.ShouldContain("32 kB");
    }

    [Fact]
    public async Task RunAsync_EndlessFastBody_IsJudgedByItsFirstMebibyte()
    {
        await using var server = new TestServer(async (stream, stop) =>
        {
            await TestServer.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            var chunk = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            while (true) await stream.WriteAsync(chunk, stop);
        });
        var before = GC.GetTotalAllocatedBytes();
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        result.Outcome.ShouldBe(Outcome.Up, result.Text);
        result.Text.ShouldContain("1 MiB was read");
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(16 * 1024 * 1024);
    }

    [Fact]
    public async Task RunAsync_GigabyteBody_IsNotDownloaded()
    {
        long sent = 0;
        await using var server = new TestServer(async (stream, stop) =>
        {
            await TestServer.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"u8.ToArray(), stop);
            var chunk = new byte[256 * 1024];
            for (var i = 0; i < 4096; i++)
            {
                await stream.WriteAsync(chunk, stop);
                sent += chunk.Length;
            }
        });
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        result.Outcome.ShouldBe(Outcome.Up, result.Text);
        sent.ShouldBeLessThan(64L * 1024 * 1024);
    }

    [Fact]
    public async Task RunAsync_BodyThatDripsForEver_TimesOut()
    {
        await using var server = new TestServer(async (stream, stop) =>
        {
            await TestServer.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("."u8.ToArray(), stop);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            }
        });
        var result = await Probing.RunAsync(Models.Http(server.Url()), timeoutSeconds: 0.4);
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.Timeout));
        result.Text.ShouldBe("answered 200, but the body did not end within 0.4 s");
    }

    [Fact]
    public async Task RunAsync_RedirectToItself_IsALoopFoundAtOnce()
    {
        await using var server = TestServer.Answering("HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n");
        var result = await Probing.RunAsync(Models.Http(server.Url("/a")));
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.RedirectLoop));
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_EverNewRedirects_StopsAfterFive()
    {
        var step = 0;
        await using var server = TestServer.Answering(_ => $"HTTP/1.1 302 Found\r\nLocation: /{++step}\r\nContent-Length: 0\r\n\r\n");
        (await Probing.RunAsync(Models.Http(server.Url()))).Reason.ShouldBe(ProbeReason.RedirectLoop);
        server.Connections.ShouldBe(6);
    }

    [Fact]
    public async Task RunAsync_RedirectToAnotherOrigin_IsFollowedWithoutConfiguredHeaders()
    {
        await using var target = TestServer.Answering(TestServer.Ok("there"));
        await using var server = TestServer.Answering($"HTTP/1.1 302 Found\r\nLocation: {target.Url("/end?token=s3cret")}\r\nContent-Length: 0\r\n\r\n");
        var spec = Models.Http(server.Url()) with { Headers = [new("Authorization", SecretRef.InPlace("Bearer hunter2hunter2"))] };
        var result = await Probing.RunAsync(spec, wantsTranscript: true);
        result.Outcome.ShouldBe(Outcome.Up, result.Text);
        server.Requests[0].ShouldContain("hunter2hunter2");
        target.Requests[0].ShouldNotContain("hunter2hunter2");
        result.Transcript!.ShouldNotContain("s3cret");
        result.Transcript!.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task RunAsync_RedirectStatusExpected_IsJudgedItself()
    {
        await using var server = TestServer.Answering("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        (await Probing.RunAsync(Models.Http(server.Url()) with { Status = [(301, 301)] })).Outcome.ShouldBe(Outcome.Up);
    }

    [Fact]
    public async Task RunAsync_RedirectToMetadata_IsRefused()
    {
        await using var server = TestServer.Answering("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n");
        var result = await Probing.RunAsync(Models.Http(server.Url()));
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.LinkLocalRefused));
    }

    [Fact]
    public async Task RunAsync_NameOfMetadataAddress_IsRefusedWithoutAPacket()
    {
        var names = new FakeNames { ["innocent.test"] = [IPAddress.Parse("169.254.169.254")] };
        var result = await Probing.RunAsync(Models.Http(new Uri("http://innocent.test/")), names: names);
        (result.Outcome, result.Reason).ShouldBe((Outcome.Unknown, ProbeReason.LinkLocalRefused));
        result.Text.ShouldStartWith("cannot tell: ");
    }

    [Fact]
    public async Task RunAsync_SecretThatComesBack_IsMaskedEverywhere()
    {
        await using var server = TestServer.Answering(head =>
        {
            var body = $$"""{"you":"{{head.Split("X-Token: ")[1].Split("\r\n")[0]}}"}""";
            return $"HTTP/1.1 200 OK\r\nSet-Cookie: sid=abc123; Path=/\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        });
        var spec = Models.Http(server.Url("/?key=topsecret")) with
        {
            Headers = [new("X-Token", SecretRef.InPlace("hunter2hunter2"))],
            Json = [new JsonExpectation("$.you", "nobody")],
        };
        var result = await Probing.RunAsync(spec);
        result.Reason.ShouldBe(ProbeReason.Json);
        result.Text.ShouldBe("$.you is '***', expected 'nobody'");
        foreach (var secret in new[] { "hunter2", "abc123", "topsecret" }) result.Transcript!.ShouldNotContain(secret);
        server.Requests[0].ShouldContain("?key=topsecret");
    }

    [Fact]
    public async Task RunAsync_SecretThatCannotBeHad_CannotTell()
    {
        var spec = Models.Http(new Uri("http://127.0.0.1:1/")) with { Headers = [new("X", SecretRef.OfEnvironment("TOCSIN_TEST_NOT_SET"))] };
        var result = await Probing.RunAsync(spec);
        (result.Outcome, result.Reason).ShouldBe((Outcome.Unknown, ProbeReason.Secret));
    }

    [Fact]
    public async Task RunAsync_SlowButGood_IsDegraded()
    {
        await using var server = new TestServer(async (stream, stop) =>
        {
            await TestServer.ReadHeadAsync(stream, stop);
            await Task.Delay(TimeSpan.FromMilliseconds(120), TimeProvider.System, stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Ok("slow")), stop);
        });
        var result = await Probing.RunAsync(Models.Http(server.Url()) with { DegradedAfter = TimeSpan.FromMilliseconds(50) });
        (result.Outcome, result.Reason).ShouldBe((Outcome.Degraded, ProbeReason.Slow));
    }

    public static TheoryData<string, string> Expectations => new()
    {
        { "body contains", "none" }, { "body misses", "body" }, { "body lacks", "none" }, { "body has what it must lack", "body" },
        { "body matches", "none" }, { "body does not match", "body" }, { "header", "none" }, { "no header", "header" },
        { "json", "none" }, { "json missing", "json" }, { "json other", "json" },
    };

    [Theory]
    [MemberData(nameof(Expectations))]
    public async Task RunAsync_Expectation_IsJudged(string what, string reason)
    {
        await using var server = TestServer.Answering(TestServer.Ok("""{"status":"ok","n":[1,2]}""", "X-Version: 7.1\r\n"));
        var plain = Models.Http(server.Url());
        var spec = what switch
        {
            "body contains" => plain with { BodyContains = "status" },
            "body misses" => plain with { BodyContains = "welcome" },
            "body lacks" => plain with { BodyLacks = "error" },
            "body has what it must lack" => plain with { BodyLacks = "ok" },
            "body matches" => plain with { BodyMatches = new("\"n\":\\[\\d") },
            "body does not match" => plain with { BodyMatches = new("^<html") },
            "header" => plain with { HeaderContains = [new("x-version", "7.")] },
            "no header" => plain with { HeaderContains = [new("X-Other", "7.")] },
            "json" => plain with { Json = [new("$.status", "ok"), new("$.n[1]", "2"), new("$.n", null)] },
            "json missing" => plain with { Json = [new("$.m", null)] },
            _ => plain with { Json = [new("$.status", "fine")] },
        };
        (await Probing.RunAsync(spec)).Reason.Word.ShouldBe(reason);
    }

    [Fact]
    public async Task RunAsync_V6Loopback_IsProbedAndFamilyIsKept()
    {
        await using var server = TestServer.Answering(TestServer.Ok("six"), address: IPAddress.IPv6Loopback);
        var url = server.Url(host: "[::1]");
        (await Probing.RunAsync(Models.Http(url))).Outcome.ShouldBe(Outcome.Up);
        var wrongFamily = await Probing.RunAsync(Models.Http(url), family: AddressFamilyChoice.IPv4);
        wrongFamily.Reason.ShouldBe(ProbeReason.Dns);
    }

    [Fact]
    public async Task RunAsync_FirstAddressRefuses_SecondIsUsed_AndAvoidedOneComesLast()
    {
        await using var server = TestServer.Answering(TestServer.Ok("four"));
        var names = new FakeNames { ["two.test"] = [IPAddress.IPv6Loopback, IPAddress.Loopback] };
        var url = new Uri($"http://two.test:{server.Port}/");
        (await Probing.RunAsync(Models.Http(url), names: names)).Address.ShouldBe(IPAddress.Loopback);

        await using var other = TestServer.Answering(TestServer.Ok("else"), address: IPAddress.Parse("127.0.0.2"));
        names["avoid.test"] = [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")];
        var avoided = await Probing.RunAsync(Models.Http(new Uri($"http://avoid.test:{other.Port}/")), names: names, avoid: IPAddress.Loopback);
        avoided.Address.ShouldBe(IPAddress.Parse("127.0.0.2"));
    }

    [Fact]
    public async Task RunAsync_ConfiguredProxyOnly_IsUsed()
    {
        await using var proxy = TestServer.Answering(TestServer.Ok("via"));
        var spec = Models.Http(new Uri("http://shop.test/x")) with { Proxy = proxy.Url() };
        (await Probing.RunAsync(spec)).Outcome.ShouldBe(Outcome.Up);
        proxy.Requests[0].ShouldStartWith("GET http://shop.test/x HTTP/1.1");
    }

    [Fact]
    public async Task RunAsync_ProgramStops_IsNoOutage()
    {
        await using var server = new TestServer((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var check = Models.Check(Models.Http(server.Url()));
        var prober = new Prober(new FixedRevisions(Models.Revision([check])),
            new Dialer(new FakeNames(), new KernelRoutes(), new CertificateJudge()), TimeProvider.System);
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await Should.ThrowAsync<OperationCanceledException>(() => prober.RunAsync(new ProbeRequest(check), stopping.Token));
    }
}
