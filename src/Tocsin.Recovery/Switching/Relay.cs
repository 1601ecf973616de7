using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery.Switching;

/// <summary>One user's connection and the connection to the side that serves it; bytes go both ways until both ends have said their last.</summary>
internal sealed class Relay(Socket user, Socket server, TrafficSide side) : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int SilenceBeforeProbeSeconds = 60, ProbeEverySeconds = 10, ProbesMax = 6;

    public TrafficSide Side => side;

    /// <summary>Where the user's end is.</summary>
    public EndPoint User { get; } = user.RemoteEndPoint!;

    public async Task CopyAsync(CancellationToken cancellation)
    {
        KeepAlive(user);
        KeepAlive(server);
        user.NoDelay = true;
        using var stop = cancellation.Register(Reset);
        await Task.WhenAll(CopyAsync(user, server), CopyAsync(server, user));
    }

    /// <summary>Copies until the end, and passes the end on: the other direction may go on.</summary>
    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            while (await PassAsync(from, to)) { /* as long as there is something */ }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One end broke: the other one must not believe that all was said.
            Reset();
        }
    }

    /// <returns>False at the end.</returns>
    private static async Task<bool> PassAsync(Socket from, Socket to)
    {
        // Waits without a buffer: a connection that is silent holds no memory.
        await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var count = await from.ReceiveAsync(buffer.AsMemory(0, BufferBytes), SocketFlags.None);
            for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None);
            return count > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends both connections so that both ends see that it broke.</summary>
    public void Reset()
    {
        Reset(user);
        Reset(server);
    }

    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
        socket.Dispose();
    }

    // A peer whose machine vanished says nothing: it is asked.
    private static void KeepAlive(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SilenceBeforeProbeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, ProbesMax);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The copying finds out.
        }
    }

    public void Dispose()
    {
        user.Dispose();
        server.Dispose();
    }
}
