using System.Text;
using System.Text.RegularExpressions;

namespace Tocsin.Demo.Mail.Mime;

/// <summary>Decodes <c>=?charset?B?text?=</c> and <c>=?charset?Q?text?=</c> in headers (RFC 2047).</summary>
internal static partial class EncodedWords
{
    public static string Decode(string header)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var charset = "";
        var end = 0;
        foreach (Match word in Word().Matches(header))
        {
            var between = header[end..word.Index];
            var isJoined = end > 0 && string.IsNullOrWhiteSpace(between);
            // White space between two encoded words is not shown, and a character may be split over both (6.2).
            if (!isJoined || !charset.Equals(word.Groups["charset"].Value, StringComparison.OrdinalIgnoreCase)) Flush();
            if (!isJoined) text.Append(between);
            charset = word.Groups["charset"].Value;
            bytes.AddRange(Octets(word.Groups["encoding"].Value, word.Groups["text"].Value));
            end = word.Index + word.Length;
        }
        Flush();
        return text.Append(header, end, header.Length - end).ToString();

        void Flush()
        {
            text.Append(Charset.Decode(charset, [.. bytes]));
            bytes.Clear();
        }
    }

    private static byte[] Octets(string encoding, string text) => encoding is "B" or "b"
        ? Base64Text.Decode(Encoding.ASCII.GetBytes(text))
        : QuotedPrintable.Decode(Encoding.ASCII.GetBytes(text.Replace('_', ' ')));

    [GeneratedRegex(@"=\?(?<charset>[^?\s*]{1,40})(?:\*[^?\s]{1,40})?\?(?<encoding>[BbQq])\?(?<text>[^?\s]{0,2000})\?=", RegexOptions.None, 1_000)]
    private static partial Regex Word();
}
