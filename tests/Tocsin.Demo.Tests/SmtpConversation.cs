using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Demo.Mail;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Tests;

/// <summary>A mail sink on a port of its own and a raw connection to it.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly SmtpServer server;
    private TcpClient client = null!;
    private StreamReader reader = null!;

    private SmtpConversation() =>
        server = new SmtpServer(port: 0, Mailbox, new RequestMetrics("mailbox", TimeProvider.System), TimeProvider.System);

    public Mailbox Mailbox { get; } = new();
    public int Port => server.Port;

    public static async Task<SmtpConversation> StartAsync()
    {
        var conversation = new SmtpConversation();
        conversation.server.Start();
        conversation.client = new TcpClient();
        await conversation.client.ConnectAsync(IPAddress.Loopback, conversation.Port);
        conversation.reader = new StreamReader(conversation.client.GetStream(), Encoding.ASCII);
        (await conversation.HearAsync()).ShouldStartWith("220 ");
        return conversation;
    }

    /// <summary>Sends a line and answers the last line of the reply.</summary>
    public async Task<string> SayAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await HearAsync();
    }

    /// <summary>Says what leads up to a mail for one recipient.</summary>
    public async Task BeginMailAsync(string recipient = "ada@demo.example")
    {
        await SayAsync("EHLO test");
        await SayAsync("MAIL FROM:<tocsin@demo.example>");
        await SayAsync($"RCPT TO:<{recipient}>");
        (await SayAsync("DATA")).ShouldStartWith("354 ");
    }

    public Task SendAsync(string text) => client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    public async Task<string> HearAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length < 4 || line[3] != '-') return line;
        }
        return "(closed)";
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        client.Dispose();
        await server.DisposeAsync();
    }
}
