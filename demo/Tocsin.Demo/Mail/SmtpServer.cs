using Tocsin.Demo.Mail.Mime;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Mail;

/// <summary>Takes mail for anybody, as RFC 5321 wants it taken: nothing is relayed, everything accepted is in the mailbox.</summary>
internal sealed class SmtpServer(int port, Mailbox mailbox, RequestMetrics metrics, TimeProvider clock) : IAsyncDisposable
{
    private const int ConnectionsMax = 64;
    private readonly SocketDoor door = new(port, ConnectionsMax);

    /// <summary>The port in use; differs from the one asked for when that was 0.</summary>
    public int Port => door.Port;

    public void Start() => door.Open((stream, stopping) => new SmtpSession(stream, Deliver, clock).RunAsync(stopping));

    public ValueTask DisposeAsync() => door.DisposeAsync();

    private void Deliver(IReadOnlyList<string> recipients, byte[] message)
    {
        var started = metrics.Start();
        var mail = MimeMessage.Read(message);
        foreach (var recipient in recipients)
        {
            mailbox.Add(new ReceivedMail(recipient, mail.Subject, mail.Text, mail.Html, clock.GetUtcNow()));
        }
        metrics.Finish(started, failed: false);
    }
}
