using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tocsin;

/// <summary>Ports of the loopback for programs that are told theirs.</summary>
internal static class FreePorts
{
    // Below the range from which the kernel serves port 0 and outgoing connections: those would take a port in the
    // moment between its being chosen and its being used.
    private const int First = 20_000, End = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>A port that nobody has now, and that this process gave to nobody else.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            lock (Given)
            {
                if (Given.Add(port) && IsFree(port)) return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException) { return false; }
    }
}
