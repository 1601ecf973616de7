using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tocsin.Catalog.Configuration;

internal enum SpotKind { Empty, Text, List, BlockMap, FlowMap, Alias }

/// <summary>Where a value stands in the text of a file.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index of the first character behind it.</param>
/// <param name="LastLine">Last line that belongs to it, from 1; of an empty value the line of its key.</param>
/// <param name="Entries">Of a map, in the order of the file.</param>
internal sealed record Spot(SpotKind Kind, int Start, int End, int LastLine, IReadOnlyList<SpotEntry> Entries)
{
    public SpotEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <param name="Line">Of the key, from 1, like <paramref name="Column"/>.</param>
internal sealed record SpotEntry(string Key, int Line, int Column, Spot Value);

/// <summary>The maps of a file with their places and styles: what has to be known to write into it.</summary>
/// <remarks>Only for a text that <see cref="YamlTree"/> has read: limits and errors are its business.</remarks>
internal sealed class YamlOutline
{
    private readonly Parser parser;
    private readonly string[] lines;
    private readonly int[] starts;

    private YamlOutline(string text)
    {
        parser = new Parser(new StringReader(text));
        lines = text.Split('\n');
        starts = new int[lines.Length];
        for (var i = 1; i < lines.Length; i++) starts[i] = starts[i - 1] + lines[i - 1].Length + 1;
    }

    /// <returns>The value of the file; empty when nothing is written.</returns>
    public static Spot Read(string text)
    {
        var outline = new YamlOutline(text);
        outline.parser.MoveNext();
        outline.parser.MoveNext();
        if (outline.parser.Current is StreamEnd or null) return new Spot(SpotKind.Empty, 0, text.Length, outline.lines.Length, []);
        outline.parser.MoveNext();
        return outline.Node(1);
    }

    /// <param name="keyLine">Of the key that the value belongs to.</param>
    private Spot Node(int keyLine)
    {
        var current = parser.Current!;
        switch (current)
        {
            case MappingStart map: return Map(map);
            case SequenceStart: return List(keyLine);
            default:
                parser.MoveNext();
                return current is Scalar scalar ? Text(scalar, keyLine) : new Spot(SpotKind.Alias, IndexOf(current.Start), IndexOf(current.End), (int)current.End.Line, []);
        }
    }

    private Spot Map(MappingStart start)
    {
        parser.MoveNext();
        var entries = new List<SpotEntry>();
        var lastLine = (int)start.Start.Line;
        while (parser.Current is not MappingEnd)
        {
            var key = (Scalar)parser.Current!;
            parser.MoveNext();
            var value = Node((int)key.Start.Line);
            entries.Add(new SpotEntry(key.Value, (int)key.Start.Line, (int)key.Start.Column, value));
            lastLine = value.LastLine;
        }
        var end = parser.Current!.Start;
        parser.MoveNext();
        // In braces the end is marked at the closing one.
        return start.Style == MappingStyle.Flow
            ? new Spot(SpotKind.FlowMap, IndexOf(start.Start), IndexOf(end) + 1, (int)end.Line, entries)
            : new Spot(SpotKind.BlockMap, IndexOf(start.Start), entries.Count > 0 ? entries[^1].Value.End : IndexOf(end), lastLine, entries);
    }

    private Spot List(int keyLine)
    {
        var start = (SequenceStart)parser.Current!;
        parser.MoveNext();
        var (lastLine, lastEnd) = (keyLine, 0);
        while (parser.Current is not SequenceEnd)
        {
            var item = Node((int)parser.Current!.Start.Line);
            (lastLine, lastEnd) = (item.LastLine, item.End);
        }
        var end = parser.Current!.Start;
        parser.MoveNext();
        return start.Style == SequenceStyle.Flow
            ? new Spot(SpotKind.List, IndexOf(start.Start), IndexOf(end) + 1, (int)end.Line, [])
            : new Spot(SpotKind.List, IndexOf(start.Start), lastEnd, lastLine, []);
    }

    private Spot Text(Scalar scalar, int keyLine)
    {
        if (scalar is { Value: "", Style: ScalarStyle.Plain })
        {
            var lineEnd = starts[keyLine - 1] + lines[keyLine - 1].Length;
            return new Spot(SpotKind.Empty, lineEnd, lineEnd, keyLine, []);
        }
        var line = (int)scalar.End.Line;
        if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            // Its end is where the next thing begins: what is blank before that belongs to nobody.
            if (scalar.End.Column == 1) line--;
            while (line > scalar.Start.Line && string.IsNullOrWhiteSpace(lines[line - 1])) line--;
        }
        return new Spot(SpotKind.Text, IndexOf(scalar.Start), IndexOf(scalar.End), line, []);
    }

    private int IndexOf(Mark mark) =>
        mark.Line > lines.Length ? starts[^1] + lines[^1].Length : starts[(int)mark.Line - 1] + Math.Min((int)mark.Column - 1, lines[(int)mark.Line - 1].Length);
}
