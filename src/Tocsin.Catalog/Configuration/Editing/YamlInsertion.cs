using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>Puts an entry into the text of a file and touches nothing else: comments, order and indentation stay a person's.</summary>
internal static class YamlInsertion
{
    private const string DefaultStep = "  ";

    /// <summary>Writes the entry behind the last one of its map, in the style of that map.</summary>
    /// <returns>The new text, proven: read again it is the old tree and this entry. Else why the entry has to be written by hand.</returns>
    public static Parsed<string> Insert(string file, string text, ConfigInsert insert)
    {
        if (Tree(file, text) is not { } before) return Parsed<string>.Bad($"{file} cannot be read as it is");
        if (Write(text, YamlOutline.Read(text), insert) is { } after && Tree(file, after) is { } tree
            && CanonicalText.Full(tree) == CanonicalText.Full(insert.ApplyTo(before))) return after;
        return Parsed<string>.Bad($"the way in which {string.Join('.', insert.Path)} is written in {file} does not let an entry be added to it safely");
    }

    private static ConfigNode.Map? Tree(string file, string text) => YamlTree.Read(file, text, 0, new DiagnosticList());

    private static string? Write(string text, Spot root, ConfigInsert insert)
    {
        if (root.Kind == SpotKind.Empty) return Append(text, root, insert);
        var (map, depth, parent) = (root, 0, (SpotEntry?)null);
        while (depth < insert.Path.Count && map.Find(insert.Path[depth]) is { } entry) (map, parent, depth) = (entry.Value, entry, depth + 1);
        var (key, value) = insert.Wrapped(depth);
        return map.Kind switch
        {
            SpotKind.BlockMap when depth == 0 => Append(text, root, insert),
            SpotKind.BlockMap => IntoBlock(text, map.LastLine, Spaces(map.Entries[0].Column - 1), StepOf(root), key, value),
            SpotKind.Empty => IntoBlock(text, parent!.Line, Spaces(parent.Column - 1) + StepOf(root), StepOf(root), key, value),
            SpotKind.FlowMap => IntoFlow(text, map, YamlWriter.Flow(key, value)),
            SpotKind.Text or SpotKind.List or SpotKind.Alias => null,
        };
    }

    /// <summary>A new section at the end of the file, set off by an empty line.</summary>
    private static string Append(string text, Spot root, ConfigInsert insert)
    {
        var (key, value) = insert.Wrapped(0);
        var newline = NewlineOf(text);
        var indent = Spaces(root.Entries is [var first, ..] ? first.Column - 1 : 0);
        var before = text.Length == 0 ? "" : text.EndsWith('\n') ? newline : newline + newline;
        return text + before + string.Concat(YamlWriter.Block(key, value, indent, StepOf(root)).Select(line => line + newline));
    }

    private static string IntoBlock(string text, int lastLine, string indent, string step, string key, ConfigNode value)
    {
        var lines = text.Split('\n').ToList();
        var at = lastLine;
        // Comments that are indented like the entries and follow without a gap belong to the map.
        while (at < lines.Count && IsCommentOf(lines[at], indent.Length)) at++;
        var end = NewlineOf(text).Length == 2 ? "\r" : "";
        if (at == lines.Count && lines[^1].Length > 0 && end.Length > 0) lines[^1] += end;
        var entry = YamlWriter.Block(key, value, indent, step).Select(line => line + end).ToList();
        // The file has no line break at its end, and keeps having none.
        if (at == lines.Count && end.Length > 0) entry[^1] = entry[^1][..^1];
        lines.InsertRange(at, entry);
        return string.Join('\n', lines);
    }

    private static bool IsCommentOf(string line, int indent)
    {
        var inner = line.TrimStart(' ');
        return inner.StartsWith('#') && line.Length - inner.Length >= Math.Max(1, indent);
    }

    private static string IntoFlow(string text, Spot map, string entry)
    {
        var at = map.Entries is [.., var last] ? last.Value.End : map.Start + 1;
        return text.Insert(at, map.Entries.Count > 0 ? $", {entry}" : entry);
    }

    /// <summary>By how much the first map within a map is indented.</summary>
    private static string StepOf(Spot root)
    {
        foreach (var entry in root.Entries)
        {
            if (entry.Value is { Kind: SpotKind.BlockMap, Entries: [var inner, ..] } && inner.Column > entry.Column) return Spaces(inner.Column - entry.Column);
        }
        return DefaultStep;
    }

    private static string Spaces(int count) => new(' ', count);
    private static string NewlineOf(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}
