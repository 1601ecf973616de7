namespace Tocsin.Demo.Mail.Mime;

/// <summary>Decodes quoted-printable (RFC 2045 6.7). A broken escape stays as it came.</summary>
internal static class QuotedPrintable
{
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '=') { decoded.Add(text[at]); continue; }
            var rest = text[(at + 1)..];
            if (SoftBreak(rest) is { } skipped) { at += skipped; continue; }
            if (Octet(rest) is { } octet) { decoded.Add(octet); at += 2; continue; }
            decoded.Add(text[at]);
        }
        return [.. decoded];
    }

    public static byte? Octet(ReadOnlySpan<byte> digits) =>
        digits.Length >= 2 && char.IsAsciiHexDigit((char)digits[0]) && char.IsAsciiHexDigit((char)digits[1])
            ? (byte)(Convert.FromHexString([(char)digits[0], (char)digits[1]])[0]) : null;

    /// <returns>Length of a line break after <c>=</c>, white space before it included; null when there is none.</returns>
    private static int? SoftBreak(ReadOnlySpan<byte> rest)
    {
        var spaces = rest.IndexOfAnyExcept(" \t"u8);
        if (spaces < 0) return rest.Length;
        return rest[spaces..].StartsWith("\r\n"u8) ? spaces + 2 : null;
    }
}
