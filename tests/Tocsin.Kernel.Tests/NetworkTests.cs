using System.Net;
using System.Net.Sockets;

namespace Tocsin.Kernel.Tests;

public sealed class NetworkTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.254.0.1", true)]
    [InlineData("169.254.255.255", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("febf::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("fec0::1", false)]
    [InlineData("169.253.255.255", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("2001:db8::1", false)]
    public void IsLinkLocal_Address_IsTold(string address, bool expected) => Network.IsLinkLocal(IPAddress.Parse(address)).ShouldBe(expected);

    [Theory]
    [InlineData("127.8.8.8", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.1", false)]
    public void IsLoopback_Address_IsTold(string address, bool expected) => Network.IsLoopback(IPAddress.Parse(address)).ShouldBe(expected);

    [Fact]
    public async Task ConnectAsync_NobodyListens_SaysSoAndAnswersWhenSomebodyDoes()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;
        using (var socket = await Network.ConnectAsync(address, default)) (socket.Connected, socket.NoDelay).ShouldBe((true, true));
        listener.Stop();
        (await Should.ThrowAsync<SocketException>(Network.ConnectAsync(address, default))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }
}
