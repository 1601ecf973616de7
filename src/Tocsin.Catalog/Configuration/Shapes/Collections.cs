using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Tocsin.Catalog.Configuration;

/// <summary>A list. Items that are wrong are said and left out, so that the others can still be looked at.</summary>
/// <param name="allowsOne">A single value may stand for a list of one.</param>
internal sealed class ListShape<T>(Shape<T> item, int max, bool allowsOne) : Shape<IReadOnlyList<T>>
{
    public override string Word => allowsOne ? $"{item.Word} or list of them" : $"list of {item.Word}";
    public override string Expected => allowsOne ? $"{item.Expected}, or a list of them" : $"a list, each item {item.Expected}";
    internal override IEnumerable<(string, Field)> Fields => item.Fields.Select(inner => ("[]" + Dotted(inner.Prefix), inner.Field));
    private static string Dotted(string prefix) => prefix.Length > 0 && prefix[0] != '[' ? "." + prefix : prefix;
    internal override JsonNode DefaultJson(string text) => item.DefaultJson(text);

    public override JsonObject Schema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["maxItems"] = max };
        return allowsOne ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(), list) } : list;
    }

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is ConfigNode.List { Items.Count: var count } && count > max)
        {
            context.Diagnostics.Error(node.Place, $"{context.Path} has {count:N0} items, expected at most {max:N0}");
            return false;
        }
        if (node is ConfigNode.List list)
        {
            value = [.. Read(list.Items, context)];
            return true;
        }
        if (!allowsOne || node.IsNull)
        {
            context.Unexpected(node, Expected);
            return false;
        }
        value = [.. Read([node], context)];
        return value.Count == 1;
    }

    private IEnumerable<T> Read(IEnumerable<ConfigNode> nodes, ConfigContext context)
    {
        foreach (var node in nodes)
        {
            if (item.TryRead(node, context, out var value)) yield return value;
        }
    }
}

/// <param name="Place">Of the key.</param>
public sealed record Entry<T>(string Key, Place Place, T Value);

/// <summary>A map whose keys a person chooses. Entries that are wrong are said and left out.</summary>
/// <param name="kind">Kind of name that the keys give, such as <c>service</c>; null when nothing refers to them.</param>
/// <param name="keyFault">Why a text cannot be a key, continuing "expected"; null when it can.</param>
internal sealed class EntriesShape<T>(string keyWord, string? kind, Func<string, string?> keyFault, Shape<T> item, int max) : Shape<IReadOnlyList<Entry<T>>>
{
    public override string Word => $"map of {keyWord} to {item.Word}";
    public override string Expected => $"a map of {keyWord} to {item.Word}";
    internal override IEnumerable<(string, Field)> Fields =>
        item.Fields.Select(inner => (inner.Prefix.Length > 0 ? $"<{keyWord}>.{inner.Prefix}" : $"<{keyWord}>", inner.Field));
    public override JsonObject Schema() =>
        new() { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = item.Schema(), ["maxProperties"] = max };

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out IReadOnlyList<Entry<T>> value)
    {
        value = null;
        if (node is not ConfigNode.Map map)
        {
            context.Unexpected(node, Expected);
            return false;
        }
        if (map.Entries.Count > max)
        {
            context.Diagnostics.Error(node.Place, $"{context.Path} has {map.Entries.Count:N0} entries, expected at most {max:N0}");
            return false;
        }
        var entries = new List<Entry<T>>(map.Entries.Count);
        foreach (var entry in map.Entries)
        {
            if (keyFault(entry.Key) is { } fault)
            {
                context.Diagnostics.Error(entry.Place, $"{context.Path} has the key {Shown.Quoted(entry.Key)}, expected {fault}");
            }
            else if (kind is not null) context.Names.Declare(kind, entry.Key, entry.Place);
            if (item.TryRead(entry.Value, context.At(entry.Key), out var read)) entries.Add(new Entry<T>(entry.Key, entry.Place, read));
        }
        value = entries;
        return true;
    }
}

/// <summary>A short form that is one text, and a long form for everything else.</summary>
internal sealed class ShortOrLongShape<T>(Shape<T> shortForm, Shape<T> longForm) : Shape<T>
{
    public override string Word => $"{shortForm.Word} or {longForm.Word}";
    public override string Expected => $"{shortForm.Expected}, or {longForm.Expected}";
    internal override IEnumerable<(string, Field)> Fields => longForm.Fields;
    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(shortForm.Schema(), longForm.Schema()) };

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out T value)
    {
        if (node is ConfigNode.Scalar { IsNull: false }) return shortForm.TryRead(node, context, out value);
        if (node is ConfigNode.Map) return longForm.TryRead(node, context, out value);
        context.Unexpected(node, Expected);
        value = default;
        return false;
    }
}
