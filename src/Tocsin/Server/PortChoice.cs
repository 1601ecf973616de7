using System.Net;
using System.Net.Sockets;

namespace Tocsin.Server;

/// <summary>Finds a port for somebody who did not care which.</summary>
internal static class PortChoice
{
    public static bool IsFree(int port) => TryBind(port) is not null;

    /// <returns>The wanted port when nobody listens on it, else a free one.</returns>
    public static int Near(int wanted) => TryBind(wanted) ?? TryBind(0) ?? wanted;

    private static int? TryBind(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return ((IPEndPoint)probe.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
