using System.Globalization;
using System.Text;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>Free text in a header: 7-bit, folded, and unable to begin another header.</summary>
internal static class HeaderText
{
    private const int LineMax = 76;          // RFC 2047 section 2, for a line that holds an encoded word
    private const string Begin = "=?utf-8?Q?";
    private const string End = "?=";

    /// <param name="name">The header's name: the first line has that much less room.</param>
    /// <returns>The text as it is when it is short and plain; else encoded words (RFC 2047), one per line.</returns>
    public static string Encode(string name, string text)
    {
        var room = LineMax - name.Length - 2;
        if (text.Length <= room && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal)
            && text.Trim().Length == text.Length) return text;
        var header = new StringBuilder(Begin);
        var used = Begin.Length + End.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            var encoded = Encode(rune);
            if (used + encoded.Length > room)
            {
                header.Append(End).Append("\r\n ").Append(Begin);
                (used, room) = (1 + Begin.Length + End.Length, LineMax);
            }
            header.Append(encoded);
            used += encoded.Length;
        }
        return header.Append(End).ToString();
    }

    /// <summary>A character is never cut between two words: each word must be whole by itself.</summary>
    private static string Encode(Rune rune)
    {
        if (rune.Value == ' ') return "_";
        if (rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value)) return rune.ToString();
        Span<byte> bytes = stackalloc byte[4];
        var encoded = new StringBuilder(12);
        foreach (var value in bytes[..rune.EncodeToUtf8(bytes)]) encoded.Append(CultureInfo.InvariantCulture, $"={value:X2}");
        return encoded.ToString();
    }
}
