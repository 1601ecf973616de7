using System.Text.RegularExpressions;

namespace Tocsin.Demo;

/// <param name="Url">Address to link to; null for plain text.</param>
internal readonly record struct DemoTextPart(string Text, string? Url);

/// <summary>Finds the addresses in the text of a mail, as a mail reader would.</summary>
internal static partial class DemoText
{
    public static IEnumerable<DemoTextPart> Parts(string text)
    {
        var end = 0;
        foreach (Match match in Address().Matches(text))
        {
            // A full stop or bracket after an address belongs to the sentence.
            var url = match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'');
            if (match.Index > end) yield return new DemoTextPart(text[end..match.Index], null);
            yield return new DemoTextPart(url, url);
            end = match.Index + url.Length;
        }
        if (end < text.Length) yield return new DemoTextPart(text[end..], null);
    }

    [GeneratedRegex(@"https?://[^\s<>]{1,2000}", RegexOptions.None, 1_000)]
    private static partial Regex Address();
}
