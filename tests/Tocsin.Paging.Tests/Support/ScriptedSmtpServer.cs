using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tocsin.Paging.Tests.Support;

/// <summary>A mail server on loopback that follows RFC 5321 except where a test tells it not to.</summary>
/// <remarks>Moments of a conversation: GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END (after the final dot), QUIT.</remarks>
internal sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private static readonly Encoding Wire = new UTF8Encoding(false);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task accepting = Task.CompletedTask;

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;
    public X509Certificate2? Certificate { get; init; }
    public bool ImplicitTls { get; init; }
    public string[] Offers { get; init; } = ["PIPELINING", "8BITMIME"];
    /// <summary>Said instead of the usual answer, as raw bytes without the last CRLF.</summary>
    public Dictionary<string, string> Answers { get; } = [];
    public string? HangAt { get; init; }
    public string? DropAt { get; init; }
    /// <summary>Called before a moment is answered.</summary>
    public Action<string> Reached { get; init; } = static _ => { };

    public ConcurrentQueue<string> Commands { get; } = [];
    public ConcurrentQueue<string> Mails { get; } = [];
    /// <summary>Bytes of the mail as they stood on the wire, dot-stuffed.</summary>
    public ConcurrentQueue<string> RawMails { get; } = [];
    public bool WasSecure { get; private set; }
    /// <summary>Ends when the server has come to <see cref="HangAt"/>.</summary>
    public Task Hanging => hanging.Task;

    public ScriptedSmtpServer Start()
    {
        listener.Start();
        accepting = AcceptAsync();
        return this;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stopping.Token);
                try { await ConverseAsync(client); }
                catch (Exception error) when (error is IOException or AuthenticationException) { }
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        Stream stream = client.GetStream();
        if (ImplicitTls) stream = await SecureAsync(stream);
        if (!await AnswerAsync(stream, "GREETING", "220 mail.test ready")) return;
        while (await ReadLineAsync(stream) is { } line)
        {
            Commands.Enqueue(line);
            var verb = line.Split(' ')[0];
            var usual = verb switch
            {
                "EHLO" => string.Join("\r\n", Offers.Prepend("mail.test").Select((text, i) => $"250{(i == Offers.Length ? ' ' : '-')}{text}")),
                "AUTH" => line == "AUTH LOGIN" ? "334 VXNlcm5hbWU6" : "235 2.7.0 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 ok",
            };
            if (!await AnswerAsync(stream, verb, usual)) return;
            if (verb == "STARTTLS" && !Answers.ContainsKey(verb)) stream = await SecureAsync(stream);
            if (line == "AUTH LOGIN") await TakeLoginAsync(stream);
            if (verb == "DATA" && !Answers.ContainsKey(verb) && !await TakeMailAsync(stream)) return;
            if (verb == "QUIT") return;
        }
    }

    private async Task TakeLoginAsync(Stream stream)
    {
        Commands.Enqueue((await ReadLineAsync(stream))!);
        await SayAsync(stream, "334 UGFzc3dvcmQ6");
        Commands.Enqueue((await ReadLineAsync(stream))!);
        await SayAsync(stream, "235 2.7.0 welcome");
    }

    private async Task<bool> TakeMailAsync(Stream stream)
    {
        if (DropAt == "MIDDLE") { await ReadLineAsync(stream); return false; }
        var raw = new StringBuilder();
        var mail = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            raw.Append(line).Append("\r\n");
            if (line == ".") break;
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }
        RawMails.Enqueue(raw.ToString());
        Mails.Enqueue(mail.ToString());
        return await AnswerAsync(stream, "END", "250 2.0.0 Ok: queued as 4711");
    }

    /// <returns>False when the conversation is over.</returns>
    private async Task<bool> AnswerAsync(Stream stream, string moment, string usual)
    {
        Reached(moment);
        if (DropAt == moment) return false;
        if (HangAt == moment)
        {
            hanging.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token);
        }
        await SayAsync(stream, Answers.GetValueOrDefault(moment, usual));
        return true;
    }

    private static async Task SayAsync(Stream stream, string words)
    {
        await stream.WriteAsync(Wire.GetBytes(words + "\r\n"));
        await stream.FlushAsync();
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(Certificate!);
        WasSecure = true;
        return tls;
    }

    /// <summary>Byte by byte, so that nothing is read that belongs to TLS. A bare LF ends the conversation.</summary>
    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stopping.Token) == 1)
        {
            if (one[0] != '\n') { bytes.Add(one[0]); continue; }
            if (bytes.Count == 0 || bytes[^1] != '\r') throw new IOException("a bare LF was sent");
            bytes.RemoveAt(bytes.Count - 1);
            return Wire.GetString([.. bytes]);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await accepting;
        listener.Stop();
        stopping.Dispose();
    }
}
