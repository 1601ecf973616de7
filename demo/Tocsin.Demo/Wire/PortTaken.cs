using System.Net.Sockets;

namespace Tocsin.Demo.Wire;

/// <summary>Tells whether a start failed because another program has the port.</summary>
internal static class PortTaken
{
    public static bool Is(Exception? error) =>
        error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
        || (error?.InnerException is { } inner && Is(inner))
        || error is Microsoft.AspNetCore.Connections.AddressInUseException;
}
