using System.Globalization;
using System.Text;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>RFC 2045 section 6.7: any text in lines of at most 76 printable ASCII characters.</summary>
internal static class QuotedPrintable
{
    private const int LineMax = 76;

    /// <summary>Appends the text, each line ended by CRLF. Any of LF, CRLF ends a line of the text; a lone CR is data.</summary>
    public static void Append(StringBuilder mail, string text)
    {
        foreach (var line in text.Split('\n'))
            AppendLine(mail, Encoding.UTF8.GetBytes(line.EndsWith('\r') ? line[..^1] : line));
    }

    private static void AppendLine(StringBuilder mail, byte[] line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isLast = i == line.Length - 1;
            var token = Encode(line[i], isLast);
            // A soft break takes one column itself, except that the end of the line needs none.
            if (column + token.Length > (isLast ? LineMax : LineMax - 1))
            {
                mail.Append("=\r\n");
                column = 0;
            }
            mail.Append(token);
            column += token.Length;
        }
        mail.Append("\r\n");
    }

    private static string Encode(byte value, bool isLast) =>
        value is > 32 and < 127 and not (byte)'=' || (value is 32 or 9 && !isLast)
            ? ((char)value).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"={value:X2}");
}
