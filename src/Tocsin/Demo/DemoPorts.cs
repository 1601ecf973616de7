using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tocsin.Demo;

/// <summary>Where the parts of the shop listen on 127.0.0.1. The same for as long as the demo runs, also after a restart of a part.</summary>
public sealed record DemoPorts(
    int Storefront, int Api, int Cache, int CacheAdmin, int Store, int StoreAdmin, int Smtp, int Mailbox)
{
    private const int Lowest = 20_000;
    private const int AttemptsMax = 400;

    /// <summary>Takes free ports below the range from which the kernel gives out client ports: a part that is stopped must find
    /// its port free again, and a probe of a stopped part must not connect to itself.</summary>
    /// <exception cref="IOException">There are not enough free ports.</exception>
    public static DemoPorts Choose()
    {
        var highest = Math.Max(Lowest + 1_000, FirstClientPort());
        var free = new HashSet<int>();
        for (var attempt = 0; free.Count < 8 && attempt < AttemptsMax; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, highest);
            if (IsFree(port)) free.Add(port);
        }
        return free.ToArray() is [var a, var b, var c, var d, var e, var f, var g, var h]
            ? new DemoPorts(a, b, c, d, e, f, g, h)
            : throw new IOException($"no eight free ports on 127.0.0.1 between {Lowest} and {highest}");
    }

    private static int FirstClientPort()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        const int ianaDynamic = 49_152; // RFC 6335 section 6
        return File.Exists(range) && int.TryParse(File.ReadAllText(range).Split('\t', ' ')[0], out var first) ? first : ianaDynamic;
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException) { return false; }
    }
}
