using System.Net;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Probes;

public sealed class TcpProbeTests
{
    [Fact]
    public async Task RunAsync_OpenPort_IsUp()
    {
        await using var server = TestServer.Answering("");
        (await Probing.RunAsync(Models.Tcp("127.0.0.1", server.Port))).Outcome.ShouldBe(Outcome.Up);
    }

    [Theory]
    [InlineData("+PONG", "none")]
    [InlineData("+PING", "body")]
    public async Task RunAsync_SendAndExpect_IsJudged(string expected, string reason)
    {
        await using var server = new TestServer(async (stream, stop) =>
        {
            var buffer = new byte[64];
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 6), stop);
            await stream.WriteAsync("+PO"u8.ToArray(), stop);
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, stop);
            await stream.WriteAsync("NG\r\n"u8.ToArray(), stop);
        });
        var result = await Probing.RunAsync(Models.Tcp("127.0.0.1", server.Port) with { Send = "PING\r\n", Expect = expected });
        result.Reason.Word.ShouldBe(reason, result.Text);
    }

    [Fact]
    public async Task RunAsync_SilentWhereAWordIsExpected_TimesOut()
    {
        await using var server = new TestServer((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var result = await Probing.RunAsync(Models.Tcp("127.0.0.1", server.Port) with { Expect = "220" }, timeoutSeconds: 0.3);
        result.Reason.ShouldBe(ProbeReason.Timeout);
    }

    [Fact]
    public async Task RunAsync_UnknownName_IsDns()
    {
        var result = await Probing.RunAsync(Models.Tcp("nowhere.test", 80));
        (result.Outcome, result.Reason).ShouldBe((Outcome.Down, ProbeReason.Dns));
        result.Text.ShouldBe("the name nowhere.test does not exist");
    }

    [Fact]
    public async Task RunAsync_OnlyV6AndNoV6Route_CannotTell()
    {
        // 2001:db8::/32 is for documentation: where it is routed at all, nothing answers; here the table says no.
        var names = new FakeNames { ["six.test"] = [IPAddress.Parse("2001:db8::1")] };
        var result = await Probing.RunAsync(Models.Tcp("six.test", 80), timeoutSeconds: 1, names: names, routes: new NoRoutes());
        if (result.Reason == ProbeReason.Timeout) return; // this machine has an IPv6 default route
        (result.Outcome, result.Reason).ShouldBe((Outcome.Unknown, ProbeReason.NoFamily));
        result.Text.ShouldBe("cannot tell: this host has no IPv6 route");
    }
}
