using System.Text;

namespace Tocsin.Demo.Mail.Mime;

/// <summary>Decodes base64 as mail carries it (RFC 2045 6.8): line breaks and foreign characters mean nothing.</summary>
internal static class Base64Text
{
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit((char)character) || character is (byte)'+' or (byte)'/') digits.Append((char)character);
        }
        // A last digit alone carries no whole octet.
        if (digits.Length % 4 == 1) digits.Length--;
        digits.Append('=', (4 - digits.Length % 4) % 4);
        return Convert.FromBase64String(digits.ToString());
    }
}
