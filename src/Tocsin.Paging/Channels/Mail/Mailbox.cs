using System.Globalization;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>One address of mail, safe to stand in a command and in a header.</summary>
/// <remarks>Shape: local part of 1 to 64 bytes without blanks, quotes, brackets or controls; domain in ASCII (names
/// beyond it are converted). At most 254 bytes. Quoted local parts are legal in RFC 5321 and refused here.</remarks>
internal sealed record Mailbox
{
    private const int BytesMax = 254;
    private const int LocalBytesMax = 64;
    private const string Refused = "()<>[]:;@\\,\"";

    private Mailbox(string local, string domain) => (Local, Domain) = (local, domain);

    public string Local { get; }
    public string Domain { get; }
    public string Text => $"{Local}@{Domain}";

    /// <summary>True when the local part is beyond ASCII, so that the server must know SMTPUTF8 (RFC 6531).</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    /// <returns>The address; the error never repeats it.</returns>
    public static Parsed<Mailbox> Parse(string text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1) return Parsed<Mailbox>.Bad("it has not the form name@domain");
        var local = text[..at];
        if (Encoding.UTF8.GetByteCount(local) > LocalBytesMax)
            return Parsed<Mailbox>.Bad($"the part before @ is longer than {LocalBytesMax} bytes");
        if (local.EnumerateRunes().Any(rune => Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)
            || rune == Rune.ReplacementChar || (rune.IsAscii && Refused.Contains((char)rune.Value))))
            return Parsed<Mailbox>.Bad("the part before @ holds a character that is not allowed there");
        if (DomainOf(text[(at + 1)..]) is not { } domain) return Parsed<Mailbox>.Bad("the part after @ is not a domain");
        var mailbox = new Mailbox(local, domain);
        return Encoding.UTF8.GetByteCount(mailbox.Text) <= BytesMax
            ? mailbox : Parsed<Mailbox>.Bad($"it is longer than {BytesMax} bytes");
    }

    private static string? DomainOf(string text)
    {
        try
        {
            var ascii = Ascii.IsValid(text) ? text : new IdnMapping().GetAscii(text);
            return ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is >= 1 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
