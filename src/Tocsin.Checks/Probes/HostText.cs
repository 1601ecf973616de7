using System.Net;
using System.Net.Sockets;

namespace Tocsin.Checks.Probes;

/// <summary>Which addresses a probe may not go to unless the configuration allows it.</summary>
internal static class AddressRule
{
    // Instance metadata of AWS over IPv6 (EC2 user guide, "Use the instance metadata service"): unique local, not link-local.
    private static readonly IPAddress MetadataV6 = IPAddress.Parse("fd00:ec2::254");

    /// <summary>169.254.0.0/16, fe80::/10, and the IPv6 metadata address, also when written as IPv4 in IPv6.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.Equals(MetadataV6);
        }
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes[0] == 169 && bytes[1] == 254;
    }

    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address);

    /// <summary>The literal address in a host text, with or without brackets; null for a name.</summary>
    public static IPAddress? Literal(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : null;

    /// <summary>Whether a host is this machine by its very name, so that no network lies between.</summary>
    public static bool IsThisMachine(string host) => Literal(host) is { } address
        ? IsLoopback(address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
