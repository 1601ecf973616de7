using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery.Switching;

/// <summary>What a switch has to know of a failover: while it stays the same, connections stay.</summary>
internal sealed record SwitchModel(IPEndPoint Listen, HostPort Primary, HostPort Standby, int ConnectionsMax)
{
    public static SwitchModel Of(FailoverModel failover) =>
        new(failover.Listen, failover.Primary.Address, failover.Standby.Address, failover.ConnectionsMax);

    public HostPort Of(TrafficSide side) => side switch { TrafficSide.Primary => Primary, TrafficSide.Standby => Standby };
}

/// <summary>Counts of a switch since it began to listen.</summary>
internal sealed record SwitchCounts(int Open, long Carried, long Refused, long Unreached);

/// <summary>A small TCP relay: users connect to it, and it leads each connection to the side that has the traffic.</summary>
/// <remarks>New connections go to the active side. At a move all connections to the old side are reset, and none goes there any more. Every connection has
/// its own copying and its own bounded buffers: a slow user holds up nobody else.</remarks>
internal sealed class TrafficSwitch(SwitchModel model, TimeProvider clock) : IDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5), PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private sealed record Position(TrafficSide Side, long Move);

    private readonly ConcurrentDictionary<Relay, bool> relays = new();
    private readonly CancellationTokenSource stopped = new();
    private Socket? listener;
    private volatile Position? position;
    private int open;
    private long carried, refused, unreached;

    public SwitchModel Model => model;
    public bool IsListening => listener is not null;
    public SwitchCounts Counts => new(Volatile.Read(ref open), Interlocked.Read(ref carried), Interlocked.Read(ref refused), Interlocked.Read(ref unreached));

    /// <summary>Takes the port.</summary>
    /// <returns>True, or why it cannot.</returns>
    public Parsed<bool> Listen()
    {
        var socket = new Socket(model.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // [::] takes IPv4 too, as people expect of "every address".
            if (model.Listen.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(model.Listen);
            socket.Listen(Backlog);
            listener = socket;
            return true;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            return Parsed<bool>.Bad(error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there",
                SocketError.AddressNotAvailable => "this machine does not have that address",
                SocketError.AccessDenied => "ports under 1024 need the right to them",
                _ => error.Message,
            });
        }
    }

    /// <summary>Leads traffic to a side from now on; an older move than the last one is not obeyed.</summary>
    public void Turn(TrafficSide side, long move)
    {
        if (position is { } now && (move < now.Move || (move == now.Move && side == now.Side))) return;
        position = new Position(side, move);
        foreach (var relay in relays.Keys.Where(relay => relay.Side != side)) relay.Reset();
    }

    /// <returns>Which side serves the connection of a user; null when none does.</returns>
    public TrafficSide? SideOf(EndPoint user) => relays.Keys.FirstOrDefault(relay => relay.User.Equals(user))?.Side;

    /// <summary>Accepts until it is disposed.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopped.Token, cancellation);
        while (!either.IsCancellationRequested && listener is { } accepting)
        {
            try { Begin(await accepting.AcceptAsync(either.Token), either.Token); }
            catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException) { break; }
            // Out of descriptors, or the user went away before being accepted: the others are still to be served.
            catch (SocketException) { await Task.Delay(PauseAfterFailure, clock, CancellationToken.None); }
        }
        Dispose();
    }

    private void Begin(Socket user, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref open) > model.ConnectionsMax || position is not { } at)
        {
            Interlocked.Increment(ref refused);
            Interlocked.Decrement(ref open);
            Relay.Reset(user);
            return;
        }
        _ = CarryAsync(user, at, cancellation);
    }

    private async Task CarryAsync(Socket user, Position at, CancellationToken cancellation)
    {
        try
        {
            if (await ReachAsync(at.Side, cancellation) is not { } server)
            {
                Interlocked.Increment(ref unreached);
                Relay.Reset(user);
                return;
            }
            using var relay = new Relay(user, server, at.Side);
            relays[relay] = true;
            // Traffic may have moved while this connection was being made.
            if (position is { } now && now.Side == at.Side)
            {
                Interlocked.Increment(ref carried);
                await relay.CopyAsync(cancellation);
            }
            else relay.Reset();
            relays.TryRemove(relay, out _);
        }
        catch (SocketException)
        {
            // The user was gone before the connection was made.
            Relay.Reset(user);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task<Socket?> ReachAsync(TrafficSide side, CancellationToken cancellation)
    {
        var address = model.Of(side);
        using var timer = new CancellationTokenSource(ConnectLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, either.Token);
            return socket;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        stopped.Cancel();
        listener?.Dispose();
        listener = null;
        foreach (var relay in relays.Keys) relay.Reset();
    }
}
