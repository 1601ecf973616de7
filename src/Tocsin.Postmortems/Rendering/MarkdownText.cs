using System.Text;

namespace Tocsin.Postmortems;

/// <summary>Puts text of the record into Markdown so that it stays text.</summary>
internal static class MarkdownText
{
    private static readonly System.Buffers.SearchValues<char> Marks = System.Buffers.SearchValues.Create("\\`*_{}[]<>#|~&\r\n");

    /// <returns>One line that renders as the characters given, with line breaks as spaces.</returns>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(Marks)) return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text.ReplaceLineEndings(" "))
        {
            if (Marks.Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }
}
