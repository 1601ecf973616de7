using System.Text;
using System.Text.RegularExpressions;

namespace Tocsin.Paging.Tests.Support;

/// <summary>A mail read the way a mail program reads it, by rules written apart from those that wrote it.</summary>
internal sealed partial class ReceivedMail
{
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }
    public required string Body { get; init; }

    public string this[string name] => Headers.Single(header => header.Key == name).Value;
    public string Text => Part("text/plain");
    public string Html => Part("text/html");

    public static ReceivedMail Parse(string raw)
    {
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new ReceivedMail { Headers = ParseHeaders(raw[..end]), Body = raw[(end + 4)..] };
    }

    private static KeyValuePair<string, string>[] ParseHeaders(string block) =>
    [
        .. Regex.Replace(block, "\r\n(?=[ \t])", "").Split("\r\n").Select(line =>
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            colon.ShouldBeGreaterThan(0, $"not a header: {line}");
            return KeyValuePair.Create(line[..colon], DecodeWords(line[(colon + 1)..].Trim()));
        }),
    ];

    private string Part(string type)
    {
        var boundary = Boundary().Match(this["Content-Type"]).Groups[1].Value;
        var parts = Body.Split($"--{boundary}");
        parts[^1].ShouldBe("--\r\n");
        foreach (var part in parts[1..^1])
        {
            var mail = Parse(part[2..]);
            if (!mail["Content-Type"].StartsWith(type, StringComparison.Ordinal)) continue;
            mail["Content-Transfer-Encoding"].ShouldBe("quoted-printable");
            return DecodeQuoted(mail.Body).Replace("\r\n", "\n");
        }
        throw new ShouldAssertException($"no part {type}");
    }

    private static string DecodeQuoted(string text) => Encoding.UTF8.GetString(Bytes(Regex.Replace(text, "=\r\n", "")));

    private static string DecodeWords(string value) => Words().Replace(
        Regex.Replace(value, @"\?=\s+=\?", "?==?"),
        match => Encoding.UTF8.GetString(Bytes(match.Groups[1].Value.Replace('_', ' '))));

    private static byte[] Bytes(string quoted)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '=') { bytes.Add(Convert.ToByte(quoted.Substring(i + 1, 2), 16)); i += 2; }
            else bytes.AddRange(Encoding.UTF8.GetBytes([quoted[i]]));
        }
        return [.. bytes];
    }

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"=\?utf-8\?Q\?([^?]*)\?=")]
    private static partial Regex Words();
}
