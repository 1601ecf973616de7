using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;

namespace Tocsin.Checks;

/// <summary>Whether everything that is watched stands where Tocsin stands: then one fault takes both, and nobody is woken.</summary>
public static class SharedHost
{
    private const int HostsMax = 200, ShownMax = 3;
    private static readonly TimeSpan LookupMax = TimeSpan.FromSeconds(2);

    /// <summary>A host and its addresses; none when they cannot be had.</summary>
    internal sealed record Seen(string Host, IReadOnlyCollection<IPAddress> Addresses);

    /// <summary>Compares the hosts of all checks with this machine and with the host of public_url. Asks the resolver for names that the
    /// configuration has, for at most 2 s in all, and nobody else.</summary>
    /// <returns>The hosts, for a sentence; null when something stands elsewhere, nothing is watched, or it cannot be told.</returns>
    public static async Task<string?> FindAsync(Revision revision, TimeProvider clock, CancellationToken cancellation)
    {
        string[] hosts = [.. revision.Get<ChecksModel>().Checks.Values.Select(check => HostOf(check.Probe)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (hosts.Length is 0 or > HostsMax) return null;
        var home = revision.Catalog.PublicUrl?.IdnHost;
        using var resolver = new SystemResolver();
        using var timer = new CancellationTokenSource(LookupMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        var seen = await Task.WhenAll(hosts.Select(host => LookAsync(resolver, host, either.Token)));
        var here = home is null ? null : await LookAsync(resolver, home, either.Token);
        return Judge(seen, here, OwnAddresses());
    }

    /// <param name="home">The host of public_url; null when there is none.</param>
    internal static string? Judge(IReadOnlyList<Seen> watched, Seen? home, IReadOnlySet<IPAddress> own)
    {
        var isShared = watched.Count > 0 && watched.All(one =>
            string.Equals(one.Host, home?.Host, StringComparison.OrdinalIgnoreCase)
            || one.Addresses.Any(address => Network.IsLoopback(address) || own.Contains(address) || home?.Addresses.Contains(address) == true));
        if (!isShared) return null;
        var shown = string.Join(", ", watched.Take(ShownMax).Select(one => one.Host));
        return watched.Count > ShownMax ? $"{shown} and {watched.Count - ShownMax} more" : shown;
    }

    private static string HostOf(ProbeSpec probe) => probe switch
    {
        ProbeSpec.Http http => http.Url.IdnHost,
        ProbeSpec.Tcp tcp => tcp.Host,
        ProbeSpec.Tls tls => tls.Host,
        _ => throw new System.Diagnostics.UnreachableException(probe.Word),
    };

    private static async Task<Seen> LookAsync(SystemResolver resolver, string host, CancellationToken cancellation)
    {
        if (HostText.Literal(host) is { } literal) return new Seen(host, [Network.Plain(literal)]);
        if (HostText.IsThisMachine(host)) return new Seen(host, [IPAddress.Loopback]);
        try { return new Seen(host, [.. (await resolver.ResolveAsync(host, cancellation)).Select(Network.Plain)]); }
        catch (Exception error) when (error is SocketException or OperationCanceledException) { return new Seen(host, []); }
    }

    private static HashSet<IPAddress> OwnAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => Network.Plain(one.Address))];
        }
        catch (NetworkInformationException)
        {
            // Then only names and loopback can be compared.
            return [];
        }
    }
}
