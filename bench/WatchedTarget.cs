using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tocsin.Bench;

/// <summary>A web server that says when somebody first came, and that can be stopped, silenced and started on its port.</summary>
internal sealed class WatchedTarget : IDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");

    private readonly TaskCompletionSource<long> firstVisit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private volatile bool isSilent;

    public WatchedTarget() => Start();

    public int Port { get; private set; }

    /// <summary>Timestamp of the first connection.</summary>
    public Task<long> FirstVisit => firstVisit.Task;

    public void Start()
    {
        isSilent = false;
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start(1_024);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = ServeAsync(listener);
    }

    /// <summary>From now on connections are refused.</summary>
    public void Stop() => listener.Dispose();

    /// <summary>From now on connections are accepted and never answered.</summary>
    public void Silence() => isSilent = true;

    private async Task ServeAsync(TcpListener accepting)
    {
        while (true)
        {
            Socket client;
            try { client = await accepting.AcceptSocketAsync(); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return; }
            firstVisit.TrySetResult(TimeProvider.System.GetTimestamp());
            _ = AnswerAsync(client);
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            try
            {
                _ = await client.ReceiveAsync(new byte[4_096]);
                if (isSilent) await client.ReceiveAsync(new byte[1]);
                else await client.SendAsync(Answer);
                client.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The prober went away: its business.
            }
        }
    }

    public void Dispose() => Stop();
}
