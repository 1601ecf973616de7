using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Checks;

namespace Tocsin.Recovery.Tests;

internal static class Ports
{
    public static IPEndPoint Free()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)probe.LocalEndPoint!;
    }
}

/// <summary>A side of a failover: answers each line with its name and the line, and says goodbye at the end.</summary>
/// <remarks><c>flood</c> is answered with 64 MB, <c>echo</c> with what follows; a line that begins with GET with the status given last.</remarks>
internal sealed class Server : IDisposable
{
    private readonly string name;
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Server(string name)
    {
        this.name = name;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(128);
        Address = new HostPort("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = AcceptAsync();
    }

    public HostPort Address { get; }
    public int Status { get; set; } = 200;

    private async Task AcceptAsync()
    {
        while (true)
        {
            try { _ = ServeAsync(await listener.AcceptAsync()); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return; }
        }
    }

    private async Task ServeAsync(Socket user)
    {
        using (user)
        {
            try
            {
                while (await ReadLineAsync(user) is { Length: > 0 } line)
                {
                    if (line == "flood") await FloodAsync(user);
                    else if (line == "echo") { await EchoAsync(user); return; }
                    else if (line.StartsWith("GET ", StringComparison.Ordinal)) await SendAsync(user, $"HTTP/1.1 {Status} Fine\r\nContent-Length: 0\r\n\r\n");
                    else await SendAsync(user, $"{name}: {line}\n");
                }
                await SendAsync(user, $"{name}: bye\n");
                user.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The user went away.
            }
        }
    }

    private static async Task FloodAsync(Socket user)
    {
        var block = new byte[65_536];
        for (var i = 0; i < 1_024; i++) await user.SendAsync(block);
    }

    private static async Task EchoAsync(Socket user)
    {
        var buffer = new byte[8_192];
        while (await user.ReceiveAsync(buffer) is var count and > 0)
        {
            for (var sent = 0; sent < count;) sent += await user.SendAsync(buffer.AsMemory(sent, count - sent));
        }
        user.Shutdown(SocketShutdown.Both);
    }

    private static Task<int> SendAsync(Socket user, string text) => user.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <returns>Without its end; empty at the end of the stream.</returns>
    public static async Task<string> ReadLineAsync(Socket socket)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await socket.ReceiveAsync(one) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }

    public void Dispose() => listener.Dispose();
}
