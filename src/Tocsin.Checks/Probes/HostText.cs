using System.Net;
using Tocsin.Kernel;

namespace Tocsin.Checks.Probes;

/// <summary>What a host text says before it is resolved.</summary>
internal static class HostText
{
    /// <summary>The literal address in a host text, with or without brackets; null for a name.</summary>
    public static IPAddress? Literal(string host) => IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : null;

    /// <summary>Whether a host is this machine by its very name, so that no network lies between.</summary>
    public static bool IsThisMachine(string host) => Literal(host) is { } address
        ? Network.IsLoopback(address)
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
