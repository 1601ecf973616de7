using System.Text;
using System.Text.Json;

namespace Tocsin.Changes.Guarded;

/// <summary>One line of a difference.</summary>
/// <param name="Mark"><c>-</c> only before, <c>+</c> only after, a space in both.</param>
public sealed record DiffLine(char Mark, string Text);

/// <summary>What differs between two texts, for people. Pure and bounded.</summary>
internal static class ContentDiff
{
    public const int LinesMax = 200, LineLengthMax = 300;
    private const int ComparedMax = 400, ValuesMax = 3, ContextMax = 2;

    /// <summary>In one line: the values of JSON objects that differ, or the first line and how many.</summary>
    public static string InOneLine(string before, string after)
    {
        if (before == after) return "nothing";
        if (Values(before) is { } old && Values(after) is { } young && ByValue(old, young) is { Length: > 0 } values) return values;
        var lines = Lines(before, after).Where(line => line.Mark != ' ').ToList();
        var (gone, come) = (lines.Where(line => line.Mark == '-').ToList(), lines.Where(line => line.Mark == '+').ToList());
        if (gone.Count == 1 && come.Count == 1) return Cut($"{gone[0].Text.Trim()} → {come[0].Text.Trim()}", 120);
        return $"{gone.Count} {(gone.Count == 1 ? "line goes" : "lines go")}, {come.Count} {(come.Count == 1 ? "line comes" : "lines come")}";
    }

    private static string ByValue(Dictionary<string, string> old, Dictionary<string, string> young)
    {
        var differing = old.Keys.Union(young.Keys).Where(path => old.GetValueOrDefault(path) != young.GetValueOrDefault(path)).ToList();
        var told = differing.Take(ValuesMax).Select(path =>
            $"{path} {Cut(old.GetValueOrDefault(path) ?? "missing", 40)} → {Cut(young.GetValueOrDefault(path) ?? "missing", 40)}");
        return string.Join(", ", told) + (differing.Count > ValuesMax ? $" and {differing.Count - ValuesMax} more" : "");
    }

    /// <summary>The differing lines with a little around them; at most <see cref="LinesMax"/>.</summary>
    public static IReadOnlyList<DiffLine> Lines(string before, string after)
    {
        var (old, young) = (Split(before), Split(after));
        var start = 0;
        while (start < old.Length && start < young.Length && old[start] == young[start]) start++;
        var end = 0;
        while (end < old.Length - start && end < young.Length - start && old[^(end + 1)] == young[^(end + 1)]) end++;
        var lines = new List<DiffLine>();
        lines.AddRange(old[Math.Max(0, start - ContextMax)..start].Select(text => Line(' ', text)));
        lines.AddRange(Middle(old[start..^end], young[start..^end]));
        lines.AddRange(old[^end..].Take(ContextMax).Select(text => Line(' ', text)));
        return lines.Count <= LinesMax ? lines : [.. lines.Take(LinesMax - 1), new DiffLine(' ', $"… {lines.Count - LinesMax + 1} more lines")];
    }

    /// <summary>By the longest common subsequence; texts that are too long for that are all old, then all new.</summary>
    private static IEnumerable<DiffLine> Middle(string[] old, string[] young)
    {
        if (old.Length > ComparedMax || young.Length > ComparedMax)
            return [.. old.Select(text => Line('-', text)), .. young.Select(text => Line('+', text))];
        var common = new int[old.Length + 1, young.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = young.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == young[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return Walk(old, young, common);
    }

    private static IEnumerable<DiffLine> Walk(string[] old, string[] young, int[,] common)
    {
        var (a, b) = (0, 0);
        while (a < old.Length || b < young.Length)
        {
            if (a < old.Length && b < young.Length && old[a] == young[b])
            {
                yield return Line(' ', old[a++]);
                b++;
            }
            else if (b == young.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1])) yield return Line('-', old[a++]);
            else yield return Line('+', young[b++]);
        }
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    private static DiffLine Line(char mark, string text) => new(mark, Cut(text.TrimEnd('\r'), LineLengthMax));

    private static string Cut(string text, int max) => text.Length <= max ? text : text[..(max - 1)] + "…";

    /// <summary>Every value of a JSON object by its path; null when the text is none or too large to tell in a line.</summary>
    private static Dictionary<string, string>? Values(string text)
    {
        if (text.Length > 20_000) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            Collect(document.RootElement, "", values);
            return values;
        }
        catch (JsonException) { return null; }
    }

    private static void Collect(JsonElement at, string path, Dictionary<string, string> values)
    {
        if (at.ValueKind != JsonValueKind.Object)
        {
            values[path] = at.GetRawText();
            return;
        }
        foreach (var member in at.EnumerateObject()) Collect(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", values);
    }
}

/// <summary>What a content is, without showing it.</summary>
internal static class ContentHash
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>SHA-256, lower-case hex.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    public static string Short(string sha) => sha.Length > 12 ? sha[..12] : sha;

    /// <returns>The text; null when it is not UTF-8.</returns>
    public static string? TextOf(byte[] content)
    {
        try { return Strict.GetString(content); }
        catch (DecoderFallbackException) { return null; }
    }

    /// <returns>The document, independent of the text; null when it is not JSON.</returns>
    public static JsonElement? JsonOf(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException) { return null; }
    }
}
