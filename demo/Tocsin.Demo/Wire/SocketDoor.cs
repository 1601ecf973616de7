using System.Net;
using System.Net.Sockets;

namespace Tocsin.Demo.Wire;

/// <summary>Accepts connections on 127.0.0.1 and lets each be handled beside the others; what is over the limit is closed at once.</summary>
internal sealed class SocketDoor(int port, int connectionsMax) : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, port);
    private readonly CancellationTokenSource stopping = new();
    private int open;
    private Task accepting = Task.CompletedTask;

    /// <summary>The port in use; differs from the one asked for when that was 0.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <exception cref="IOException">Another program has the port.</exception>
    public void Open(Func<NetworkStream, CancellationToken, Task> handle)
    {
        try { listener.Start(backlog: 128); }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"port {port} is taken", error);
        }
        accepting = AcceptAsync(handle);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> handle)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try { socket = await listener.AcceptSocketAsync(stopping.Token); }
            catch (OperationCanceledException) { return; }
            // The peer was gone before it was accepted: the next one may be there.
            catch (SocketException) { continue; }
            if (Interlocked.Increment(ref open) > connectionsMax)
            {
                Interlocked.Decrement(ref open);
                socket.Dispose();
                continue;
            }
            _ = HandleAsync(socket, handle);
        }
    }

    private async Task HandleAsync(Socket socket, Func<NetworkStream, CancellationToken, Task> handle)
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await handle(stream, stopping.Token);
        }
        // The other end went away, was silent for too long, or we stop: the conversation is over either way.
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException) { }
        finally { Interlocked.Decrement(ref open); }
    }
}
