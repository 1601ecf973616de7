using System.Net;
using System.Net.Sockets;

namespace Tocsin.Kernel;

/// <summary>What everybody who opens connections must keep to.</summary>
public static class Network
{
    // Instance metadata of AWS over IPv6 (EC2 user guide, "Use the instance metadata service"): unique local, not link-local.
    private static readonly IPAddress MetadataV6 = IPAddress.Parse("fd00:ec2::254");

    /// <summary>169.254.0.0/16, fe80::/10, and the IPv6 metadata address, also when written as IPv4 in IPv6: nothing goes there
    /// unless the configuration allows it.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        address = Plain(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6LinkLocal || address.Equals(MetadataV6);
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes[0] == 169 && bytes[1] == 254;
    }

    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(Plain(address));

    /// <summary>The IPv4 address that is written as an IPv6 one; any other as it is.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <returns>A connected TCP socket, no delay; the caller disposes it.</returns>
    /// <exception cref="SocketException">The address does not answer; nothing is left open.</exception>
    public static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
