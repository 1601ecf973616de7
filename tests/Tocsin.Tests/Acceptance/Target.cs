using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tocsin.Tests.Acceptance;

/// <summary>A watched web server that can be stopped and started again on its port.</summary>
internal sealed class Target : IAsyncDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");

    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task serving = Task.CompletedTask;

    public Target() => Start();

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        serving = ServeAsync(listener);
    }

    /// <summary>From now on connections are refused.</summary>
    public void Stop() => listener.Dispose();

    private static async Task ServeAsync(TcpListener listener)
    {
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                using var client = await listener.AcceptSocketAsync();
                _ = await client.ReceiveAsync(buffer);
                await client.SendAsync(Answer);
                client.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException) when (!listener.Server.IsBound) { return; }
            catch (SocketException) { continue; }
            catch (ObjectDisposedException) { return; }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await serving;
    }
}
