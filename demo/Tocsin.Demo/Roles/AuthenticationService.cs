using System.Net.Sockets;

namespace Tocsin.Demo.Roles;

/// <summary>What version 2 of the api needs beside it: a service of another maker, behind a Unix socket of the host. This host has none.</summary>
/// <param name="directory">Where its socket would be.</param>
internal sealed class AuthenticationService(string directory)
{
    private readonly string path = Path.Combine(directory, "authentication.sock");

    public bool IsPresent => File.Exists(path);

    /// <returns>Null when the service answers, else why the request cannot be let in.</returns>
    public async Task<string?> AskAsync(CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return null;
        }
        catch (SocketException error) { return $"version 2 asks the authentication service of this host: {error.Message}"; }
    }
}
