using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>An outgoing message as a mail: headers and two alternatives, 7-bit but for an address that is not.</summary>
internal static class MailText
{
    /// <summary>The whole mail, lines ended by CRLF, not yet dot-stuffed.</summary>
    public static byte[] Write(OutgoingMessage message, Mailbox from, Mailbox to, DateTimeOffset now)
    {
        var boundary = $"=_tocsin_{Digest(message.IdempotencyKey)}"; // "=_" cannot stand in quoted-printable
        var mail = new StringBuilder(4096);
        AppendHeaders(mail, message, from, to, now);
        Append(mail, "MIME-Version", "1.0");
        Append(mail, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        mail.Append("\r\n");
        AppendPart(mail, boundary, "plain", message.Text);
        AppendPart(mail, boundary, "html", message.Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private static void AppendHeaders(StringBuilder mail, OutgoingMessage message, Mailbox from, Mailbox to, DateTimeOffset now)
    {
        Append(mail, "From", $"Tocsin <{from.Text}>");
        Append(mail, "To", $"<{to.Text}>");
        Append(mail, "Subject", HeaderText.Encode("Subject", message.Subject));
        Append(mail, "Date", now.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        // The same intent sent twice is the same mail: servers and readers drop the repeat by this name.
        Append(mail, "Message-ID", $"<{Digest(message.IdempotencyKey)}.tocsin@{from.Domain}>");
        Append(mail, "Auto-Submitted", "auto-generated"); // RFC 3834: no holiday notes back
        if (message.Kind is MessageKind.Page or MessageKind.CannotRecord) Append(mail, "Importance", "high");
        if (message.Incident is not { } incident) return;
        // A mail that nobody has sent is the root of the thread, so that the order of arrival does not matter.
        var root = $"<{Digest($"{incident.Url} {incident.Id}")}.incident.tocsin@{from.Domain}>";
        Append(mail, "In-Reply-To", root);
        Append(mail, "References", root);
        Append(mail, "X-Tocsin-Incident", incident.Id.ToString());
    }

    private static void AppendPart(StringBuilder mail, string boundary, string subtype, string text)
    {
        mail.Append("--").Append(boundary).Append("\r\n");
        Append(mail, "Content-Type", $"text/{subtype}; charset=utf-8");
        Append(mail, "Content-Transfer-Encoding", "quoted-printable");
        mail.Append("\r\n");
        QuotedPrintable.Append(mail, text);
    }

    private static void Append(StringBuilder mail, string name, string value) =>
        mail.Append(name).Append(": ").Append(value).Append("\r\n");

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
