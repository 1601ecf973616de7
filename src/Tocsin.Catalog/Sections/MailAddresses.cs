using System.Net.Mail;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>Reading of mail addresses.</summary>
public static class MailAddresses
{
    /// <summary>One bare address in ASCII, as the envelope of a mail carries it: no display name, at most 254 characters (RFC 5321, 4.5.3.1.3).</summary>
    /// <returns>The address; a reason that is empty when the shape says enough.</returns>
    public static Parsed<string> Parse(string text) =>
        text.Length <= 254 && text.All(c => c is > ' ' and < '\u007f') && MailAddress.TryCreate(text, out var address) && address.Address == text
            ? text : Parsed<string>.Bad("");
}
