using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tocsin.Checks.Sighting;

internal enum ResolverState
{
    /// <summary>Nobody was asked: no check needs a name.</summary>
    NotAsked,
    Answering,
    /// <summary>Only a resolver on this machine answers, which says nothing about the way out.</summary>
    OnlyLocal,
    Silent,
}

/// <summary>What this host shows about its own network.</summary>
/// <param name="SilentGateway">A default gateway whose link address cannot be found any more; null when none is.</param>
/// <param name="RefusesToSend">The kernel or its packet filter refuses to let a packet out.</param>
internal sealed record OwnNetworkReport(bool HasDefaultRoute, string? SilentGateway, bool RefusesToSend, ResolverState Resolvers)
{
    /// <summary>Nothing that would speak against us.</summary>
    public static readonly OwnNetworkReport Unsuspicious = new(true, null, false, ResolverState.NotAsked);
}

internal interface IOwnNetwork
{
    /// <param name="target">An address that does not answer; null when none is known.</param>
    /// <param name="asksResolvers">Whether checks need names, and resolvers may therefore be asked.</param>
    Task<OwnNetworkReport> LookAsync(IPAddress? target, bool asksResolvers, CancellationToken cancellation);
}

/// <summary>Reads this host's tables and asks its nearest neighbours. Goes nowhere that the host does not go by itself: resolvers
/// of resolv.conf, and no further than the first hop towards a target.</summary>
internal sealed class OwnNetwork(TimeProvider clock, string procNet = "/proc/net", string resolvConf = "/etc/resolv.conf") : IOwnNetwork
{
    private static readonly TimeSpan ResolverWithin = TimeSpan.FromSeconds(1);
    private const int ResolversMax = 3; // as resolv.conf(5)
    private const int DnsPort = 53;
    private const int DiscardPort = 9;

    public async Task<OwnNetworkReport> LookAsync(IPAddress? target, bool asksResolvers, CancellationToken cancellation)
    {
        var gateways = Gateways();
        return new OwnNetworkReport(
            gateways.Count > 0 || HasDefaultRouteV6(),
            SilentGateway(gateways),
            target is not null && RefusesToSend(target),
            asksResolvers ? await ResolversAsync(cancellation) : ResolverState.NotAsked);
    }

    // Columns of /proc/net/route: interface, destination, gateway, flags, …, mask (8th); addresses are hexadecimal in host order.
    private List<IPAddress> Gateways()
    {
        var found = new List<IPAddress>();
        foreach (var line in Lines(Path.Combine(procNet, "route")).Skip(1))
        {
            var columns = line.Split('\t', StringSplitOptions.TrimEntries);
            if (columns.Length < 8 || columns[1] != "00000000" || columns[7] != "00000000") continue;
            if (uint.TryParse(columns[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var gateway)) found.Add(new IPAddress(gateway));
        }
        return found;
    }

    // Columns of /proc/net/ipv6_route: destination, prefix length, …, interface; the kernel keeps a rejecting default on lo.
    private bool HasDefaultRouteV6() => Lines(Path.Combine(procNet, "ipv6_route")).Any(line =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var destination, "00", .., var device]
            && device != "lo" && destination.All(digit => digit == '0'));

    // Columns of /proc/net/arp: address, type, flags, …; flags 0x0 is a neighbour that was asked for and did not answer.
    private string? SilentGateway(List<IPAddress> gateways)
    {
        foreach (var line in Lines(Path.Combine(procNet, "arp")).Skip(1))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var address, _, "0x0", ..]
                && IPAddress.TryParse(address, out var neighbour) && gateways.Contains(neighbour)) return address;
        }
        return null;
    }

    /// <summary>Sends an empty datagram that lives for one hop: a packet filter of this host refuses it aloud.</summary>
    private static bool RefusesToSend(IPAddress target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Ttl = 1;
            socket.SendTo([], new IPEndPoint(target, DiscardPort));
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is SocketError.AccessDenied or SocketError.NetworkUnreachable or SocketError.NetworkDown;
        }
    }

    private async Task<ResolverState> ResolversAsync(CancellationToken cancellation)
    {
        var servers = Lines(resolvConf)
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", ..] && words.Length > 1)
            .Select(words => IPAddress.TryParse(words[1], out var address) ? address : null)
            .OfType<IPAddress>().Take(ResolversMax).ToList();
        if (servers.Count == 0) return ResolverState.NotAsked;
        var answers = await Task.WhenAll(servers.Select(server => AnswersAsync(server, cancellation)));
        if (servers.Zip(answers).Any(pair => pair.Second && !IPAddress.IsLoopback(pair.First))) return ResolverState.Answering;
        return answers.Any(answer => answer) ? ResolverState.OnlyLocal : ResolverState.Silent;
    }

    /// <summary>A refusal from afar is an answer, too; on this machine it means that the resolver is gone.</summary>
    private async Task<bool> AnswersAsync(IPAddress server, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(ResolverWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(server, DnsPort), either.Token);
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused && !IPAddress.IsLoopback(server);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return false; }
    }

    // A table that is not there (another kernel, IPv6 switched off) is an empty one.
    private static string[] Lines(string path)
    {
        try { return File.ReadAllLines(path); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return []; }
    }
}
