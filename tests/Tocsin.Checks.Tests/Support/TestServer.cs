using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tocsin.Checks.Tests;

/// <summary>A server on loopback that does to each connection what the test says.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<Stream, CancellationToken, Task> serve;
    private readonly X509Certificate2? certificate;

    public TestServer(Func<Stream, CancellationToken, Task> serve, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        (this.serve, this.certificate) = (serve, certificate);
        address ??= IPAddress.Loopback;
        listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(128);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;
    public int Connections { get; private set; }
    /// <summary>Heads of the requests that were read, in order.</summary>
    public List<string> Requests { get; } = [];

    public Uri Url(string path = "/", string scheme = "http", string host = "127.0.0.1") => new($"{scheme}://{host}:{Port}{path}");

    /// <summary>Reads the head of a request, then sends exactly these bytes and closes.</summary>
    public static TestServer Answering(string answer, X509Certificate2? certificate = null, IPAddress? address = null) =>
        Answering(_ => answer, certificate, address);

    public static TestServer Answering(Func<string, string> answer, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        TestServer? server = null;
        server = new TestServer(async (stream, cancellation) =>
        {
            var head = await ReadHeadAsync(stream, cancellation);
            lock (server!.Requests) server.Requests.Add(head);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(head)), cancellation);
        }, certificate, address);
        return server;
    }

    public static string Ok(string body, string headers = "") =>
        $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, cancellation);
            if (read == 0) break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        return text.ToString();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(stopping.Token);
                Connections++;
                _ = ServeAsync(socket);
            }
            catch (OperationCanceledException) { return; }
            catch (SocketException) { return; }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping.Token);
                stream = tls;
            }
            await using (stream) await serve(stream, stopping.Token);
        }
        // The prober hangs up when it has seen enough; that is what is being tested, not an error here.
        catch (Exception error) when (error is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
    }
}
