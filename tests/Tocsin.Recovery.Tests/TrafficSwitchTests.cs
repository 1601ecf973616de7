using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Checks;
using Tocsin.Kernel.Facts;
using Tocsin.Recovery.Switching;

namespace Tocsin.Recovery.Tests;

public sealed class TrafficSwitchTests : IDisposable
{
    private readonly Server primary = new("primary"), standby = new("standby");
    private readonly TrafficSwitch sut;
    private readonly Task running;

    public TrafficSwitchTests() : this(2_000) { }

    private TrafficSwitchTests(int connectionsMax)
    {
        sut = new TrafficSwitch(new SwitchModel(Ports.Free(), primary.Address, standby.Address, connectionsMax), TimeProvider.System);
        sut.Turn(TrafficSide.Primary, 0);
        sut.Listen().IsValid.ShouldBeTrue();
        running = sut.RunAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        sut.Dispose();
        primary.Dispose();
        standby.Dispose();
    }

    private async Task<Socket> ConnectAsync() => await Kernel.Network.ConnectAsync(sut.Model.Listen, CancellationToken.None);

    private static async Task<string> SayAsync(Socket socket, string line)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\n"));
        return await Server.ReadLineAsync(socket);
    }

    /// <summary>A new user is shown that it broke: while connecting or at the first word.</summary>
    private static async Task IsResetAsync(TrafficSwitchTests through) => (await Should.ThrowAsync<SocketException>(async () =>
    {
        using var user = await through.ConnectAsync();
        await user.ReceiveAsync(new byte[1]);
    })).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);

    [Fact]
    public async Task Connection_BothWays_AndTheEndOfOneDirectionLeavesTheOther()
    {
        using var user = await ConnectAsync();
        (await SayAsync(user, "hello")).ShouldBe("primary: hello");
        await user.SendAsync("last\n"u8.ToArray());
        user.Shutdown(SocketShutdown.Send);
        (await Server.ReadLineAsync(user)).ShouldBe("primary: last");
        (await Server.ReadLineAsync(user)).ShouldBe("primary: bye");
        (await user.ReceiveAsync(new byte[1])).ShouldBe(0);
        sut.SideOf(user.LocalEndPoint!).ShouldBeOneOf(TrafficSide.Primary, null);
    }

    [Fact]
    public async Task Turn_OldConnectionsBreak_NewOnesGoToTheOtherSide_AndNoOlderMoveIsObeyed()
    {
        using var old = await ConnectAsync();
        (await SayAsync(old, "a")).ShouldBe("primary: a");
        sut.Turn(TrafficSide.Standby, 1);
        await Should.ThrowAsync<SocketException>(async () => { while (await old.ReceiveAsync(new byte[64]) > 0) { } });
        using var next = await ConnectAsync();
        (await SayAsync(next, "b")).ShouldBe("standby: b");
        sut.SideOf(next.LocalEndPoint!).ShouldBe(TrafficSide.Standby);
        sut.Turn(TrafficSide.Primary, 0);
        (await SayAsync(next, "c")).ShouldBe("standby: c");
        using var third = await ConnectAsync();
        (await SayAsync(third, "d")).ShouldBe("standby: d");
    }

    [Fact]
    public async Task Side_DoesNotAnswer_TheUserIsResetAndOthersAreServedAfterwards()
    {
        primary.Dispose();
        await IsResetAsync(this);
        sut.Turn(TrafficSide.Standby, 1);
        using var next = await ConnectAsync();
        (await SayAsync(next, "x")).ShouldBe("standby: x");
        sut.Counts.Unreached.ShouldBe(1);
    }

    [Fact]
    public async Task User_ReadsNothing_HoldsUpNobodyElse()
    {
        using var slow = await ConnectAsync();
        await slow.SendAsync("flood\n"u8.ToArray()); // the side answers with 64 MB, which nobody reads
        for (var i = 0; i < 20; i++)
        {
            using var user = await ConnectAsync();
            (await SayAsync(user, $"{i}")).ShouldBe($"primary: {i}");
        }
    }

    [Fact]
    public async Task Connections_OverTheLimit_AreClosedAtOnce()
    {
        using var small = new TrafficSwitchTests(2);
        using var first = await small.ConnectAsync();
        using var second = await small.ConnectAsync();
        (await SayAsync(first, "1")).ShouldBe("primary: 1");
        (await SayAsync(second, "2")).ShouldBe("primary: 2");
        await IsResetAsync(small);
        small.sut.Counts.Refused.ShouldBe(1);
    }

    [Fact]
    public async Task Dispose_EndsEveryConnection()
    {
        using var user = await ConnectAsync();
        (await SayAsync(user, "a")).ShouldBe("primary: a");
        sut.Dispose();
        await Should.ThrowAsync<SocketException>(async () => { while (await user.ReceiveAsync(new byte[64]) > 0) { } });
        await running;
    }

    [Fact]
    public void Listen_PortIsTaken_SaysSo()
    {
        using var second = new TrafficSwitch(sut.Model, TimeProvider.System);
        second.Listen().Error.ShouldBe("another program listens there");
    }

    [Fact]
    public async Task Listen_OnIPv6_ServesFromAnIPv4Side()
    {
        using var six = new TrafficSwitch(new SwitchModel(new IPEndPoint(IPAddress.IPv6Loopback, Ports.Free().Port), primary.Address, standby.Address, 10), TimeProvider.System);
        six.Turn(TrafficSide.Primary, 0);
        six.Listen().Error.ShouldBeNull();
        _ = six.RunAsync(CancellationToken.None);
        using var user = await Kernel.Network.ConnectAsync(six.Model.Listen, CancellationToken.None);
        (await SayAsync(user, "six")).ShouldBe("primary: six");
    }

    [Fact]
    public async Task Bytes_ManyOfThem_ArriveWholeAndInOrder()
    {
        using var user = await ConnectAsync();
        await user.SendAsync("echo\n"u8.ToArray());
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length;) at += await user.SendAsync(sent.AsMemory(at));
            user.Shutdown(SocketShutdown.Send);
        });
        using var received = new MemoryStream();
        var buffer = new byte[65_536];
        while (await user.ReceiveAsync(buffer) is var count and > 0) received.Write(buffer, 0, count);
        await sending;
        received.ToArray().AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }
}
