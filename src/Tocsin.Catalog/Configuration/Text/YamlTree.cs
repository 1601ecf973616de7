using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tocsin.Catalog.Configuration;

/// <summary>Turns the text of one file into a tree with places.</summary>
/// <remarks>
/// The parser hands out events, so that depth and size are refused while reading and not after. What it says about errors
/// can quote the text, which may be a secret; therefore no message of it is passed on.
/// </remarks>
internal sealed class YamlTree
{
    public const int DepthMax = 32;
    public const int NodesMax = 100_000;

    private readonly string file;
    private readonly string[] lines;
    private readonly Parser parser;
    private readonly DiagnosticList diagnostics;
    private readonly Dictionary<string, ConfigNode> anchors = new(StringComparer.Ordinal);
    private int nodes;

    private YamlTree(string file, string text, int nodesBefore, DiagnosticList diagnostics)
    {
        (this.file, this.diagnostics, nodes) = (file, diagnostics, nodesBefore);
        lines = text.Split('\n');
        parser = new Parser(new StringReader(text));
    }

    /// <param name="nodesBefore">Size of the files read before: the limit holds for all together.</param>
    /// <returns>The map of the file, empty when nothing is written; null when it cannot be read, which is then in the diagnostics.</returns>
    public static ConfigNode.Map? Read(string file, string text, int nodesBefore, DiagnosticList diagnostics)
    {
        if (ControlCharacter(file, text) is { } bad)
        {
            diagnostics.Error(bad, "a control character stands here, expected text in UTF-8");
            return null;
        }
        var tree = new YamlTree(file, text, nodesBefore, diagnostics);
        try { return tree.Document(); }
        catch (Refused refused)
        {
            diagnostics.Error(refused.Place, refused.Text);
        }
        catch (YamlException error)
        {
            var place = tree.PlaceOf(error.Start);
            var tab = tree.TabBehind(error, place);
            diagnostics.Error(tab ?? place, tab is { } found ? TabText(found) : YamlErrorText.Of(error));
        }
        return null;
    }

    private ConfigNode.Map? Document()
    {
        Advance(); // to the start of the stream
        Advance();
        if (parser.Current is StreamEnd or null) return Empty();
        Advance(); // past the start of the document
        var root = Node(1);
        if (parser.Current is DocumentEnd) Advance();
        if (parser.Current is DocumentStart second)
        {
            throw new Refused(PlaceOf(second.Start), "a second document begins here, expected one per file; put it into a file of its own");
        }
        if (root.IsNull) return Empty();
        if (root is ConfigNode.Map map) return map;
        diagnostics.Error(root.Place, $"the file is {root.InWords}, expected a map with keys such as services: and people:");
        return null;
    }

    private ConfigNode.Map Empty() => new(Place.StartOf(file), []);

    /// <summary>Reads the node at the parser's event and moves behind it.</summary>
    private ConfigNode Node(int depth)
    {
        var current = parser.Current ?? throw new Refused(Place.StartOf(file), "the file ends too early");
        var place = PlaceOf(current.Start);
        if (depth > DepthMax) throw new Refused(place, $"the values are nested too deep, expected at most {DepthMax} levels");
        if (TabIn(place) is { } tab) throw new Refused(tab, TabText(tab));
        if (current is AnchorAlias alias) return Aliased(alias, place, depth);
        Count(1, place);
        ConfigNode node = current switch
        {
            Scalar scalar => ReadScalar(scalar, place),
            SequenceStart => ReadList(place, depth),
            MappingStart => ReadMap(place, depth),
            _ => throw new Refused(place, "expected a text, a list or a map"),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) anchors[anchored.Anchor.Value] = node;
        return node;
    }

    private ConfigNode.Scalar ReadScalar(Scalar scalar, Place place)
    {
        if (!scalar.Tag.IsEmpty && scalar.Tag.IsLocal)
        {
            throw new Refused(place, "a tag stands here; quote a text that begins with '!'");
        }
        if (!scalar.Anchor.IsEmpty && scalar is { Value: "", Style: ScalarStyle.Plain })
        {
            throw new Refused(place, "an anchor without a value stands here; quote a text that begins with '&'");
        }
        Advance();
        var node = new ConfigNode.Scalar(place, scalar.Value, scalar.Style == ScalarStyle.Plain);
        Count(node.Size - 1, place);
        return node;
    }

    private ConfigNode.List ReadList(Place place, int depth)
    {
        Advance();
        var items = new List<ConfigNode>();
        while (parser.Current is not SequenceEnd) items.Add(Node(depth + 1));
        Advance();
        return new ConfigNode.List(place, items);
    }

    private ConfigNode.Map ReadMap(Place place, int depth)
    {
        Advance();
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (parser.Current is not MappingEnd)
        {
            var (key, keyPlace) = ReadKey();
            var value = Node(depth + 1);
            if (seen.TryAdd(key, keyPlace)) entries.Add(new MapEntry(key, keyPlace, value));
            else diagnostics.Error(keyPlace, $"the key {Shown.Quoted(key)} stands twice in this map, first in line {seen[key].Line}; keep one of them");
        }
        Advance();
        return new ConfigNode.Map(place, entries);
    }

    private (string Key, Place Place) ReadKey()
    {
        var place = PlaceOf(parser.Current!.Start);
        if (TabIn(place) is { } tab) throw new Refused(tab, TabText(tab));
        if (parser.Current is not Scalar scalar) throw new Refused(place, "the key of a map is a list, a map or an alias, expected a text");
        if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
        {
            throw new Refused(place, "the merge key '<<' is not read; write the keys out, or use an alias for a whole value");
        }
        Advance();
        return (scalar.Value, place);
    }

    private ConfigNode Aliased(AnchorAlias alias, Place place, int depth)
    {
        // The name is not shown: a password that begins with '*' and has no quotes arrives here too.
        if (!anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw new Refused(place, "an alias without its anchor stands here; quote a text that begins with '*'");
        }
        Count(node.Size, place);
        if (depth + node.Height - 1 > DepthMax) throw new Refused(place, $"the values are nested too deep, expected at most {DepthMax} levels");
        Advance();
        return node;
    }

    private void Advance()
    {
        try { parser.MoveNext(); }
        // On some broken texts the parser fails with exceptions that are not its own, such as InvalidOperationException.
        catch (Exception error) when (error is not YamlException)
        {
            throw new Refused(PlaceOf(parser.Current?.Start ?? Mark.Empty), YamlErrorText.Unknown);
        }
    }

    private void Count(int more, Place place)
    {
        nodes += more;
        if (nodes > NodesMax)
        {
            throw new Refused(place, $"more than {NodesMax:N0} values are here after all aliases are expanded, expected fewer; write fewer aliases or split the install");
        }
    }

    private Place PlaceOf(Mark mark) => new(file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static string TabText(Place tab) => $"a tab indents line {tab.Line}, use spaces";

    /// <summary>The tab before the first other character of the line, when the place is that character.</summary>
    private Place? TabIn(Place place)
    {
        if (place.Line > lines.Length) return null;
        var line = lines[place.Line - 1].AsSpan();
        var tab = line.IndexOf('\t');
        if (tab < 0 || tab >= place.Column - 1) return null;
        var before = line[..Math.Min(line.Length, place.Column - 1)];
        return before.TrimStart([' ', '\t', '-', '\uFEFF']).IsEmpty ? new Place(file, place.Line, tab + 1) : null;
    }

    /// <summary>The tab that the parser stumbled over, if it was one. It says "tab" with the place of the map around it, or finds
    /// something else wrong on the line of the tab or the next one.</summary>
    private Place? TabBehind(YamlException error, Place place)
    {
        var isTab = error.Message.Contains("tab", StringComparison.Ordinal);
        var first = isTab ? (int)(parser.Current?.Start.Line ?? 1) : place.Line - 1;
        var last = isTab ? lines.Length : place.Line;
        for (var number = Math.Max(1, first); number <= Math.Min(last, lines.Length); number++)
        {
            var line = lines[number - 1];
            var indent = line.Length - line.AsSpan().TrimStart([' ', '\t']).Length;
            var tab = line.AsSpan(0, indent).IndexOf('\t');
            if (tab >= 0 && indent < line.TrimEnd().Length) return new Place(file, number, tab + 1);
        }
        return null;
    }

    /// <summary>The parser takes a NUL for the end of the text and would silently ignore what follows.</summary>
    private static Place? ControlCharacter(string file, string text)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') (line, start) = (line + 1, i + 1);
            else if (char.IsControl(text[i]) && text[i] is not ('\t' or '\r' or '\u0085')) return new Place(file, line, i - start + 1);
        }
        return null;
    }

    /// <summary>Ends the reading of this file; never leaves this class.</summary>
    private sealed class Refused(Place place, string text) : Exception(text)
    {
        public Place Place { get; } = place;
        public string Text { get; } = text;
    }
}
