using System.Text;

namespace Tocsin.Demo.Mail.Mime;

/// <summary>Headers and body of a mail or of one part of it (RFC 2045, RFC 2046).</summary>
internal sealed class MimePart
{
    private readonly List<KeyValuePair<string, string>> headers;
    private readonly byte[] body;
    private readonly HeaderValue contentType;

    private MimePart(List<KeyValuePair<string, string>> headers, byte[] body)
    {
        this.headers = headers;
        this.body = body;
        contentType = HeaderValue.Parse(Header("Content-Type") is { Length: > 0 } given ? given : "text/plain; charset=us-ascii");
    }

    /// <summary>Lower case, such as <c>text/plain</c>.</summary>
    public string Type => contentType.Value;
    public string Boundary => contentType.Parameter("boundary");
    public bool IsAttachment => HeaderValue.Parse(Header("Content-Disposition")).Value == "attachment";

    /// <returns>The first header of that name, unfolded; empty when there is none.</returns>
    public string Header(string name) =>
        headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public static MimePart Split(byte[] part)
    {
        var end = part.AsSpan().IndexOf("\r\n\r\n"u8);
        if (part.AsSpan().StartsWith("\r\n"u8)) return new MimePart([], part[2..]);
        var head = Encoding.UTF8.GetString(end < 0 ? part : part.AsSpan(0, end));
        return new MimePart(Unfold(head), end < 0 ? [] : part[(end + 4)..]);
    }

    /// <summary>Parts between the boundaries, in order. The text before the first and after the last belongs to nobody.</summary>
    public IEnumerable<MimePart> Children()
    {
        var delimiter = Encoding.UTF8.GetBytes("--" + Boundary);
        int? start = null;
        foreach (var (at, next) in Lines(body))
        {
            if (Kind(body.AsSpan(at, next - at), delimiter) is not { } isLast) continue;
            // The line break before a boundary belongs to the boundary (RFC 2046 5.1.1).
            if (start is { } begun) yield return Split(body[begun..Math.Max(begun, at - 2)]);
            start = next;
            if (isLast) yield break;
        }
        if (start is { } open) yield return Split(body[open..]);
    }

    /// <summary>Body as text, line ends as <c>\n</c>, without the last one.</summary>
    public string DecodedText()
    {
        var bytes = Header("Content-Transfer-Encoding").Trim().ToLowerInvariant() switch
        {
            "quoted-printable" => QuotedPrintable.Decode(body),
            "base64" => Base64Text.Decode(body),
            _ => body,
        };
        return Charset.Decode(contentType.Parameter("charset"), bytes).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
    }

    /// <returns>Null when the line is no boundary, else whether it is the closing one.</returns>
    private static bool? Kind(ReadOnlySpan<byte> line, ReadOnlySpan<byte> delimiter)
    {
        if (!line.StartsWith(delimiter)) return null;
        var rest = line[delimiter.Length..].Trim(" \t\r\n"u8);
        if (rest.IsEmpty) return false;
        return rest.SequenceEqual("--"u8) ? true : null;
    }

    private static List<KeyValuePair<string, string>> Unfold(string head)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var line in head.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) found.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }
        return found;
    }

    private static IEnumerable<(int At, int Next)> Lines(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = bytes.AsSpan(at).IndexOf("\r\n"u8);
            var next = length < 0 ? bytes.Length : at + length + 2;
            yield return (at, next);
            at = next;
        }
    }
}
