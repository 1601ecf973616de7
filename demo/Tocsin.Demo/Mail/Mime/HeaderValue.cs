using System.Text;

namespace Tocsin.Demo.Mail.Mime;

/// <summary>A structured header: <c>value; name=text; name="quoted text"</c> (RFC 2045 5.1).</summary>
/// <param name="Value">Lower case.</param>
internal sealed record HeaderValue(string Value, IReadOnlyDictionary<string, string> Parameters)
{
    public string Parameter(string name) => Parameters.TryGetValue(name, out var text) ? text : "";

    public static HeaderValue Parse(string header)
    {
        var pieces = SplitOutsideQuotes(header);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var piece in pieces.Skip(1))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) parameters.TryAdd(piece[..equals].Trim(), piece[(equals + 1)..].Trim());
        }
        return new HeaderValue(pieces[0].Trim().ToLowerInvariant(), parameters);
    }

    private static List<string> SplitOutsideQuotes(string header)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var isQuoted = false;
        for (var at = 0; at < header.Length; at++)
        {
            var character = header[at];
            if (character == '"') isQuoted = !isQuoted;
            else if (character == '\\' && isQuoted && at + 1 < header.Length) piece.Append(header[++at]);
            else if (character == ';' && !isQuoted) { pieces.Add(piece.ToString()); piece.Clear(); }
            else piece.Append(character);
        }
        pieces.Add(piece.ToString());
        return pieces;
    }
}
