using System.Globalization;
using System.Text.RegularExpressions;
using Tocsin.Kernel.Facts;

namespace Tocsin.Tests;

/// <summary>One thing that a document states, and how Tocsin stands to it.</summary>
/// <param name="Outage">Such as <c>000</c>.</param>
internal sealed record OutageRow(
    string Outage, int Line, string Says, string LivesIn, IReadOnlyList<string> ShownBy, IReadOnlyList<string> ProvenBy, string State);

/// <summary>The tables of <c>docs/OUTAGES.md</c>.</summary>
/// <param name="Summary">Outage → works, partly, not yet, as the head of the document counts them.</param>
/// <param name="Problems">Rows that do not have the shape.</param>
internal sealed partial record OutageRows(
    IReadOnlyList<OutageRow> Rows, IReadOnlyDictionary<string, int[]> Summary, IReadOnlyList<string> Problems)
{
    public static readonly string[] States = ["works", "partly", "not yet"];

    public static OutageRows Read(string text)
    {
        var (rows, summary, problems) = (new List<OutageRow>(), new Dictionary<string, int[]>(StringComparer.Ordinal), new List<string>());
        foreach (var row in MarkdownTables.Read(text))
        {
            if (row.Section.Length == 0 && row.Cells.Count == 4)
            {
                summary[Number().Match(row.Cells[0]).Value] =
                    [.. row.Cells.Skip(1).Select(cell => int.Parse(cell.Trim('*'), CultureInfo.InvariantCulture))];
            }
            else if (row.Cells.Count == 5 && Number().Match(row.Section) is { Success: true } number)
            {
                rows.Add(new OutageRow(number.Value, row.Line, row.Cells[0], row.Cells[1], MarkdownTables.Marked(row.Cells[2]),
                    MarkdownTables.Marked(row.Cells[3]), row.Cells[4]));
                if (!IsMarkedOnly(row.Cells[2]) || !IsMarkedOnly(row.Cells[3])) problems.Add($"line {row.Line}: pages, commands and tests stand in code marks, or there is a –");
            }
            else
            {
                problems.Add($"line {row.Line}: {row.Cells.Count} cells under '{row.Section}'");
            }
        }
        return new OutageRows(rows, summary, problems);
    }

    private static bool IsMarkedOnly(string cell) => MarkdownTables.Unmarked(cell).Trim(',', ' ') is "" or "–" && cell.Length > 0;

    /// <summary>Everything that is wrong without running anything.</summary>
    /// <param name="types">Names of the types and pages of the product.</param>
    public IReadOnlyList<string> Wrong(NamedTests tests, IReadOnlySet<string> types) =>
        [.. Problems, .. Rows.SelectMany(row => Wrong(row, tests, types).Select(problem => $"line {row.Line}: {problem}")), .. Counts()];

    private static IEnumerable<string> Wrong(OutageRow row, NamedTests tests, IReadOnlySet<string> types)
    {
        if (row.Says.Length == 0) yield return "it says nothing";
        if (!States.Contains(row.State)) yield return $"'{row.State}' is none of: {string.Join(", ", States)}";
        if (row.State == "works" && row.ProvenBy.Count == 0) yield return "it works without a test";
        if (row.State == "works" && row.ShownBy.Count == 0) yield return "it works and nothing shows it";
        if (row.State == "partly" && !row.LivesIn.Contains("; missing: ", StringComparison.Ordinal)) yield return "partly, and does not say what is missing";
        foreach (var name in row.ProvenBy.Where(name => !tests.Contains(name))) yield return $"no test is called {name}";
        foreach (var name in MarkdownTables.Marked(row.LivesIn).Where(name => !types.Contains(name))) yield return $"neither a type nor a fact is called {name}";
        foreach (var shown in row.ShownBy.Where(shown => !IsPage(shown) && !IsCommand(shown))) yield return $"{shown} is neither a page nor a command";
    }

    private IEnumerable<string> Counts()
    {
        foreach (var outage in Rows.Select(row => row.Outage).Union(Summary.Keys.Where(key => key.Length > 0)))
        {
            int[] counted = [.. States.Select(state => Rows.Count(row => row.Outage == outage && row.State == state))];
            if (!Summary.TryGetValue(outage, out var told) || !told.SequenceEqual(counted)) yield return $"{outage}: the head must say {string.Join(", ", counted)}";
        }
        int[] all = [.. States.Select(state => Rows.Count(row => row.State == state))];
        if (!Summary.TryGetValue("", out var sum) || !sum.SequenceEqual(all)) yield return $"all: the head must say {string.Join(", ", all)}";
    }

    public static bool IsPage(string shown) => shown.StartsWith('/');
    public static bool IsCommand(string shown) => shown.StartsWith("tocsin ", StringComparison.Ordinal);

    /// <summary>Types, pages and kinds of facts that a row may name.</summary>
    public static IReadOnlySet<string> TypesOfTree()
    {
        var names = FactKinds.All.Select(type => FactKinds.Of(type).Kind).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, text) in SourceTree.Files("src", ".cs", ".razor").Concat(SourceTree.Files("demo", ".cs")))
        {
            if (path.EndsWith(".razor", StringComparison.Ordinal)) names.Add(Path.GetFileNameWithoutExtension(path));
            else names.UnionWith(Declared().Matches(text).Select(match => match.Groups[1].Value));
        }
        return names;
    }

    [GeneratedRegex(@"^\d{3}|(?<=\[)\d{3}", RegexOptions.None, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:class|interface|enum|record struct|struct|record) (\w+)", RegexOptions.None, 1000)]
    private static partial Regex Declared();
}
