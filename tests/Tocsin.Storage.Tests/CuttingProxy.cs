using System.Net;
using System.Net.Sockets;

namespace Tocsin.Storage.Tests;

/// <summary>Where a connection is cut.</summary>
public enum Cut
{
    /// <summary>The commit does not reach the server, and both sides learn that the connection is gone.</summary>
    BeforeCommit,

    /// <summary>The commit does not reach the server, which goes on waiting for it.</summary>
    BeforeCommitHalfOpen,

    /// <summary>The server has answered the commit; the answer does not reach the client.</summary>
    AfterCommit,
}

/// <summary>A TCP proxy before PostgreSQL that cuts one connection at its commit, and on wish lets nobody in for a while.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int server;
    private readonly Task accepting;
    private readonly List<TcpClient> kept = [];
    private int armed;

    public CuttingProxy(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public Cut Cut { get; init; }

    /// <summary>While true, new connections are closed at once.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether the server closes for newcomers with the cut.</summary>
    public bool ClosesWithTheCut { get; init; }

    /// <summary>Completed when a connection was cut.</summary>
    public TaskCompletionSource HasCut { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next commit is cut.</summary>
    public void Arm() => Volatile.Write(ref armed, 1);

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try { client = await listener.AcceptTcpClientAsync(); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return; }
            if (IsClosed) client.Dispose();
            else _ = RelayAsync(client);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        var upstream = new TcpClient();
        try
        {
            await upstream.ConnectAsync(IPAddress.Loopback, server);
            var answers = new Answers(upstream.GetStream(), client.GetStream());
            var buffer = new byte[64 * 1024];
            while (await client.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (buffer.AsSpan(0, count).IndexOf("COMMIT"u8) >= 0 && Interlocked.Exchange(ref armed, 0) == 1)
                {
                    await CutAsync(client, upstream, answers, buffer.AsMemory(0, count));
                    return;
                }
                await upstream.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException) { return; }
        finally
        {
            client.Dispose();
            if (!kept.Contains(upstream)) upstream.Dispose();
        }
    }

    private async Task CutAsync(TcpClient client, TcpClient upstream, Answers answers, ReadOnlyMemory<byte> commit)
    {
        if (ClosesWithTheCut) IsClosed = true;
        if (Cut == Cut.BeforeCommitHalfOpen) kept.Add(upstream);
        if (Cut == Cut.AfterCommit)
        {
            answers.AreKeptBack = true;
            await upstream.GetStream().WriteAsync(commit);
            await answers.KeptBack.Task;
        }
        client.Client.Close(0);
        HasCut.SetResult();
    }

    /// <summary>What the server says, passed on until it is kept back.</summary>
    private sealed class Answers
    {
        public Answers(NetworkStream from, NetworkStream to) => _ = PassOnAsync(from, to);

        public volatile bool AreKeptBack;

        /// <summary>Completed with the first answer that was not passed on.</summary>
        public TaskCompletionSource KeptBack { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private async Task PassOnAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReadAsync(buffer) is var count and > 0)
                {
                    if (AreKeptBack) KeptBack.TrySetResult();
                    else await to.WriteAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException) { return; }
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        foreach (var upstream in kept) upstream.Dispose();
    }
}
