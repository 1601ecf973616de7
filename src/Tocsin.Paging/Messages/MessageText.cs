using System.Text;

namespace Tocsin.Paging.Messages;

/// <summary>A message in plain text: whole for a mail, brief for a notification.</summary>
internal static class MessageText
{
    public const int Columns = 72;
    public const int BriefBytesMax = 999;

    public static string Render(MessageLayout layout)
    {
        var text = new StringBuilder();
        Wrap(text, $"{layout.Shape} {layout.Badge}", "");
        Wrap(text, layout.Title, "");
        if (layout.Button is { } button) AppendLink(text, button.Label, button.Url);
        text.Append('\n');
        Wrap(text, layout.Lead, "");
        foreach (var section in layout.Sections)
        {
            text.Append('\n').Append(section.Heading).Append('\n');
            foreach (var line in section.Lines) Wrap(text, section.Lines.Count > 1 ? $"- {line}" : line, "  ");
        }
        if (layout.Link is { } link) AppendLink(text, link.Label, link.Url);
        return text.ToString();
    }

    /// <summary>On a line of its own, never wrapped, so that every mail program makes it a link.</summary>
    private static void AppendLink(StringBuilder text, string label, Uri url) =>
        text.Append('\n').Append(label).Append(":\n").Append(url.AbsoluteUri).Append('\n');

    /// <summary>Without title (the notification has one) and links (it has buttons). Less than 1,000 bytes of UTF-8.</summary>
    public static string RenderBrief(MessageLayout layout)
    {
        var text = new StringBuilder($"{layout.Shape} {layout.Badge}\n{layout.Lead}");
        foreach (var section in layout.Sections)
            text.Append('\n').Append(section.Heading).Append(": ").AppendJoin("; ", section.Lines);
        return Cut(text.ToString());
    }

    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= BriefBytesMax) return text;
        var (bytes, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > BriefBytesMax - 3) break; // the ellipsis takes three
            length += rune.Utf16SequenceLength;
        }
        return text[..length] + "…";
    }

    private static void Wrap(StringBuilder text, string line, string indent)
    {
        var column = 0;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words.SelectMany(word => Pieces(word, Columns - indent.Length)))
        {
            if (column > 0 && column + 1 + word.Length > Columns)
            {
                text.Append('\n');
                column = 0;
            }
            text.Append(column == 0 ? indent : " ").Append(word);
            column += (column == 0 ? indent.Length : 1) + word.Length;
        }
        if (column > 0) text.Append('\n');
    }

    /// <summary>A word wider than a line is broken, but not within a character.</summary>
    private static IEnumerable<string> Pieces(string word, int width)
    {
        while (word.Length > width)
        {
            var length = char.IsHighSurrogate(word[width - 1]) ? width - 1 : width;
            yield return word[..length];
            word = word[length..];
        }
        yield return word;
    }
}
