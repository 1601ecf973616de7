using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <summary>Writes a configuration as YAML without comments, aliases and secrets: what a revision keeps, and what its hash is of.</summary>
/// <remarks>Comments are left out because a commented line can hold a password too. The text reads back to the same values.</remarks>
internal sealed class CanonicalText
{
    private readonly StringBuilder text = new();
    private readonly HashSet<ConfigNode>? masked;

    private CanonicalText(HashSet<ConfigNode>? masked) => this.masked = masked;

    /// <param name="secrets">Texts that are written as <c>***</c>; credentials in addresses are masked too.</param>
    public static string Masked(ConfigNode.Map root, HashSet<ConfigNode> secrets) => Write(root, secrets);

    /// <summary>With secrets: for comparing in memory, never kept.</summary>
    public static string Full(ConfigNode root) => Write(root, null);

    private static string Write(ConfigNode root, HashSet<ConfigNode>? masked)
    {
        var writer = new CanonicalText(masked);
        if (root is ConfigNode.Map { Entries.Count: > 0 } map) writer.Entries(map, "");
        else writer.Inline(root);
        return writer.text.ToString();
    }

    private void Entries(ConfigNode.Map map, string indent)
    {
        foreach (var entry in map.Entries)
        {
            text.Append(indent).Append(Scalar(entry.Key)).Append(':');
            Value(entry.Value, indent);
        }
    }

    private void Value(ConfigNode value, string indent)
    {
        switch (value)
        {
            case ConfigNode.Map { Entries.Count: > 0 } map:
                text.Append('\n');
                Entries(map, indent + "  ");
                break;
            case ConfigNode.List { Items.Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list.Items)
                {
                    text.Append(indent).Append("  -");
                    Value(item, indent + "  ");
                }
                break;
            default:
                text.Append(' ');
                Inline(value);
                break;
        }
    }

    private void Inline(ConfigNode value) => text.Append(value switch
    {
        ConfigNode.Scalar { IsNull: true } => "null",
        ConfigNode.Scalar scalar when masked is null => Scalar(scalar.Text),
        ConfigNode.Scalar scalar => Scalar(masked.Contains(scalar) ? "***" : Shown.WithoutCredentials(scalar.Text)),
        ConfigNode.List => "[]",
        _ => "{}",
    }).Append('\n');

    private static string Scalar(string value) => YamlScalar.Write(value);
}
