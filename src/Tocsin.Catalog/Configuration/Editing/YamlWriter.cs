using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <summary>Writes new entries in the style of their surroundings.</summary>
internal static class YamlWriter
{
    /// <summary>Lines of an entry; maps in blocks, lists in brackets.</summary>
    /// <param name="step">How far an inner map is indented against its key.</param>
    public static IEnumerable<string> Block(string key, ConfigNode value, string indent, string step)
    {
        var head = $"{indent}{YamlScalar.Write(key)}:";
        if (value is not ConfigNode.Map { Entries.Count: > 0 } map) return [$"{head} {Flow(value)}"];
        return [head, .. map.Entries.SelectMany(entry => Block(entry.Key, entry.Value, indent + step, step))];
    }

    /// <summary>An entry on one line, for a map in braces.</summary>
    public static string Flow(string key, ConfigNode value) => $"{YamlScalar.Write(key)}: {Flow(value)}";

    private static string Flow(ConfigNode value)
    {
        var text = new StringBuilder();
        switch (value)
        {
            case ConfigNode.Scalar scalar:
                text.Append(YamlScalar.Write(scalar.Text));
                break;
            case ConfigNode.List list:
                text.Append('[').AppendJoin(", ", list.Items.Select(Flow)).Append(']');
                break;
            case ConfigNode.Map map:
                text.Append('{').AppendJoin(", ", map.Entries.Select(entry => Flow(entry.Key, entry.Value))).Append('}');
                break;
        }
        return text.ToString();
    }
}
