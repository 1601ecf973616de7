using System.Net.Sockets;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Network;

internal enum LaneState { Whole, Lossy, Cut }

/// <summary>Carries connections from a port of ours to a part of the shop, byte for byte; told to, it loses some or all of them.</summary>
/// <remarks>
/// Lossy: <see cref="LossDeck"/> decides about each new connection. Cut: what is under way ends, and new connections get no answer,
/// as behind a switch port that was put into the wrong network. At most <see cref="ConnectionsMax"/> connections at once.
/// </remarks>
internal sealed class Lane(int port, (string Host, int Port) target, RequestMetrics metrics, LossDeck deck, TimeProvider clock) : IAsyncDisposable
{
    private const int ConnectionsMax = 512;
    /// <summary>Longer than any client of the shop waits.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromMinutes(1);

    private readonly SocketDoor door = new(port, ConnectionsMax);
    private readonly Lock gate = new();
    private LaneState state;
    private CancellationTokenSource cutting = new();

    /// <summary>The port in use; differs from the one asked for when that was 0.</summary>
    public int Port => door.Port;

    /// <exception cref="IOException">Another program has the port.</exception>
    public void Open() => door.Open(HandleAsync);

    /// <returns>False when it was in that state already.</returns>
    public bool Become(LaneState next)
    {
        CancellationTokenSource? ended = null;
        lock (gate)
        {
            if (state == next) return false;
            state = next;
            if (next == LaneState.Cut) (ended, cutting) = (cutting, new CancellationTokenSource());
        }
        ended?.Cancel();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        cutting.Dispose();
    }

    private async Task HandleAsync(NetworkStream client, CancellationToken stopping)
    {
        var started = metrics.Start();
        var (fate, cut) = Decide();
        metrics.Finish(started, failed: fate != Fate.Carried);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, stopping);
        switch (fate)
        {
            case Fate.Carried: await CarryAsync(client, either); break;
            case Fate.Reset: Reset(client.Socket); break;
            case Fate.Stalled: await StallAsync(client, stopping); break;
        }
    }

    private (Fate Fate, CancellationToken Cut) Decide()
    {
        lock (gate)
        {
            return (state switch
            {
                LaneState.Whole => Fate.Carried,
                LaneState.Lossy => deck.Draw(),
                LaneState.Cut => Fate.Stalled,
            }, cutting.Token);
        }
    }

    private async Task CarryAsync(NetworkStream client, CancellationTokenSource ending)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try { await socket.ConnectAsync(target.Host, target.Port, ending.Token); }
        catch (SocketException)
        {
            // Nobody listens there: whoever came over the lane is told the same.
            Reset(client.Socket);
            return;
        }
        await using var part = new NetworkStream(socket);
        await Task.WhenAll(PumpAsync(client, part, ending), PumpAsync(part, client, ending));
    }

    /// <summary>Carries one direction to its end and tells the other side of it; a direction that breaks ends both.</summary>
    private static async Task PumpAsync(NetworkStream from, NetworkStream to, CancellationTokenSource ending)
    {
        try
        {
            await from.CopyToAsync(to, ending.Token);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await ending.CancelAsync();
        }
    }

    /// <summary>Swallows what comes until the other side gives up.</summary>
    private async Task StallAsync(NetworkStream client, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(StallMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        await client.CopyToAsync(Stream.Null, either.Token);
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
