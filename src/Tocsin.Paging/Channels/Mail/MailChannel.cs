using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>Pages by mail through the configured server.</summary>
/// <param name="limits">How long the server may take; null is <see cref="SmtpLimits.Default"/>.</param>
/// <param name="authorities">Trusted instead of the machine's; null is the machine's.</param>
internal sealed class MailChannel(
    IRevisions revisions, TimeProvider clock, SmtpLimits? limits = null, X509Certificate2Collection? authorities = null) : IChannel
{
    /// <summary>Shorter local parts are common words; hiding them would garble the server's sentence.</summary>
    private const int HiddenLocalMin = 5;

    public string Word => "mail";

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation)
    {
        if (revisions.Current.Get<PagingModel>().Smtp is not { } smtp)
            return DeliveryOutcome.Refused("no mail server is configured: the section smtp is missing");
        if (!Mailbox.Parse(smtp.From).TryGet(out var from, out var error))
            return DeliveryOutcome.Refused($"the sender smtp.from is not an address: {error}");
        if (!Mailbox.Parse(((ContactMethod.Mail)to).Address).TryGet(out var recipient, out error))
            return DeliveryOutcome.Refused($"the address of {message.Person} cannot be used: {error}");
        if (!LoginOf(smtp).TryGet(out var login, out error))
            return DeliveryOutcome.Refused($"the password of the mail server is missing: {error}");

        var server = new SmtpServer(smtp.Host, smtp.Port, smtp.Security, login) { Authorities = authorities };
        var mail = new MailEnvelope(from, recipient, MailText.Write(message, from, recipient, clock.GetUtcNow()));
        using var conversation = new SmtpConversation(server, limits ?? SmtpLimits.Default, clock);
        var outcome = await conversation.SendAsync(mail, cancellation);
        return outcome with { Text = Hidden(recipient, login).Apply(outcome.Text) };
    }

    private static Parsed<SmtpLogin?> LoginOf(SmtpModel smtp)
    {
        if (smtp.Username is null) return Parsed<SmtpLogin?>.Of(null);
        if (smtp.Password is null) return Parsed<SmtpLogin?>.Bad("smtp.username stands without smtp.password");
        return smtp.Password.Resolve().TryGet(out var password, out var error)
            ? new SmtpLogin(smtp.Username, password) : Parsed<SmtpLogin?>.Bad(error);
    }

    /// <summary>Servers repeat in their replies what they were told.</summary>
    private static Redaction Hidden(Mailbox to, SmtpLogin? login) => new(
        to.Text,
        to.Local.Length >= HiddenLocalMin ? to.Local : null,
        login?.Password.Reveal(),
        login is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(login.Password.Reveal())),
        login is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{login.Username}\0{login.Password.Reveal()}")));
}
