using System.Net;
using System.Net.Sockets;

namespace Tocsin.Checks.Probes;

/// <summary>Asks the kernel of this host about its routes; sends nothing.</summary>
internal interface IRoutes
{
    bool HasRoute(IPAddress address);
}

/// <summary>Route look-up by connecting a datagram socket: the kernel answers from its table, no packet leaves.</summary>
internal sealed class KernelRoutes : IRoutes
{
    private const int AnyPort = 9;

    public bool HasRoute(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, AnyPort));
            return true;
        }
        // AddressFamilyNotSupported: a kernel without IPv6. AddressNotAvailable: no source address of that family.
        catch (SocketException error) when (error.SocketErrorCode is SocketError.NetworkUnreachable
            or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.AddressFamilyNotSupported
            or SocketError.AddressNotAvailable)
        {
            return false;
        }
    }
}
