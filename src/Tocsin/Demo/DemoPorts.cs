using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tocsin.Demo;

/// <summary>Where the parts of the shop listen on 127.0.0.1. The same for as long as the demo runs, also after a restart of a part.</summary>
public sealed record DemoPorts
{
    public required int Storefront { get; init; }
    public required int Api { get; init; }
    public required int Cache { get; init; }
    public required int CacheAdmin { get; init; }
    public required int Store { get; init; }
    public required int StoreAdmin { get; init; }
    public required int Smtp { get; init; }
    public required int Mailbox { get; init; }
    /// <summary>Where customers reach the storefront: the end of the provider's line.</summary>
    public required int Users { get; init; }
    /// <summary>Where the api reaches the store, and the next the cache: ports of the switch.</summary>
    public required int ToStore { get; init; }
    public required int ToCache { get; init; }
    public required int NetworkAdmin { get; init; }

    private const int Count = 12;
    private const int Lowest = 20_000;
    private const int AttemptsMax = 400;

    /// <summary>Takes free ports below the range from which the kernel gives out client ports: a part that is stopped must find
    /// its port free again, and a probe of a stopped part must not connect to itself.</summary>
    /// <exception cref="IOException">There are not enough free ports.</exception>
    public static DemoPorts Choose()
    {
        var highest = Math.Max(Lowest + 1_000, FirstClientPort());
        var free = new HashSet<int>();
        for (var attempt = 0; free.Count < Count && attempt < AttemptsMax; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, highest);
            if (IsFree(port)) free.Add(port);
        }
        if (free.Count < Count) throw new IOException($"no {Count} free ports on 127.0.0.1 between {Lowest} and {highest}");
        var next = new Queue<int>(free);
        return new DemoPorts
        {
            Storefront = next.Dequeue(), Api = next.Dequeue(), Cache = next.Dequeue(), CacheAdmin = next.Dequeue(),
            Store = next.Dequeue(), StoreAdmin = next.Dequeue(), Smtp = next.Dequeue(), Mailbox = next.Dequeue(),
            Users = next.Dequeue(), ToStore = next.Dequeue(), ToCache = next.Dequeue(), NetworkAdmin = next.Dequeue(),
        };
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
