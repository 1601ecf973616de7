using System.Text.RegularExpressions;

namespace Tocsin.Tests;

/// <summary>One row of a table in a document.</summary>
/// <param name="Section">The heading of level 2 above it; empty before the first.</param>
/// <param name="Line">From 1.</param>
internal sealed record MarkdownRow(string Section, int Line, IReadOnlyList<string> Cells);

/// <summary>Reads the tables of our own documents.</summary>
internal static partial class MarkdownTables
{
    /// <summary>Every row but heads and rules.</summary>
    public static IReadOnlyList<MarkdownRow> Read(string text)
    {
        var rows = new List<MarkdownRow>();
        var (section, lines) = ("", text.ReplaceLineEndings("\n").Split('\n'));
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].StartsWith("## ", StringComparison.Ordinal)) section = lines[index][3..].Trim();
            var isHead = index + 1 < lines.Length && Rule().IsMatch(lines[index + 1]);
            if (!lines[index].StartsWith('|') || isHead || Rule().IsMatch(lines[index])) continue;
            rows.Add(new MarkdownRow(section, index + 1, [.. lines[index].Trim().Trim('|').Split('|').Select(cell => cell.Trim())]));
        }
        return rows;
    }

    /// <summary>What stands in code marks.</summary>
    public static IReadOnlyList<string> Marked(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    /// <summary>The cell without what stands in code marks.</summary>
    public static string Unmarked(string cell) => Code().Replace(cell, "");

    [GeneratedRegex(@"^\|[\s|:\-]+\|$", RegexOptions.None, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
