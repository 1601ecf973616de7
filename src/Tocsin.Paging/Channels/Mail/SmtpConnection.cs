using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>Bytes and lines to and from one mail server. Not safe for concurrent use; owns its socket.</summary>
/// <remarks>All members throw <see cref="IOException"/> or <see cref="SocketException"/> when the connection ends.</remarks>
internal sealed class SmtpConnection(Socket socket) : IDisposable
{
    private const int LineBytesMax = 2_000;  // RFC 5321 allows 512; some greet with more
    private const int LinesMax = 100;

    private readonly byte[] buffer = new byte[4096];
    private Stream stream = new NetworkStream(socket, ownsSocket: true);
    private int start, end;

    public bool MayCarryPassword => NetworkWords.MayCarryPassword(stream is SslStream, socket.RemoteEndPoint);

    /// <summary>Our side as EHLO names it when there is no host name: <c>[192.0.2.1]</c>, <c>[IPv6:2001:db8::1]</c>.</summary>
    public string LocalLiteral
    {
        get
        {
            var address = Network.Plain(((IPEndPoint)socket.LocalEndPoint!).Address);
            return address.AddressFamily == AddressFamily.InterNetwork
                ? $"[{address}]" : $"[IPv6:{new IPAddress(address.GetAddressBytes())}]"; // a literal has no scope
        }
    }

    /// <summary>True when bytes are here that nobody has asked for yet.</summary>
    public bool HasUnread => start < end;

    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS could not be agreed.</exception>
    /// <exception cref="CertificateRefusedException">The certificate is not acceptable.</exception>
    public async Task SecureAsync(string host, X509Certificate2Collection? authorities, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        stream = tls;
        await tls.AuthenticateAsClientAsync(NetworkWords.Tls(host, authorities), cancellation);
    }

    /// <param name="line">Without CR and LF.</param>
    public Task WriteLineAsync(string line, CancellationToken cancellation) =>
        WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <returns>The reply, or why it is none: not SMTP, or too long to be one.</returns>
    public async Task<Parsed<SmtpReply>> ReadReplyAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < LinesMax)
        {
            if (!(await ReadLineAsync(cancellation)).TryGet(out var text, out var error)) return Parsed<SmtpReply>.Bad(error);
            if (!SmtpReplyLine.Parse(text).TryGet(out var line, out error)) return Parsed<SmtpReply>.Bad(error);
            lines.Add(line.Text);
            if (line.IsLast) return new SmtpReply(line.Code, lines);
        }
        return Parsed<SmtpReply>.Bad($"the server gave a reply of more than {LinesMax} lines");
    }

    private async Task<Parsed<string>> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>(128);
        while (line.Count <= LineBytesMax)
        {
            if (start == end)
            {
                (start, end) = (0, await stream.ReadAsync(buffer, cancellation));
                if (end == 0) throw new IOException("the server closed the connection");
            }
            var value = buffer[start++];
            if (value != '\n') { line.Add(value); continue; }
            if (line.Count > 0 && line[^1] == '\r') line.RemoveAt(line.Count - 1);
            return Encoding.UTF8.GetString([.. line]);
        }
        return Parsed<string>.Bad($"the server gave a line of more than {LineBytesMax} bytes");
    }

    public void Dispose() => stream.Dispose();
}
