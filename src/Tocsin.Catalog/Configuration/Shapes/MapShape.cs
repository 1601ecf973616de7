using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Tocsin.Catalog.Configuration;

/// <summary>A map with known keys.</summary>
/// <param name="build">Makes the value when every key could be read; answers null after it said what is wrong between the keys.</param>
internal sealed class MapShape<T>(string word, IReadOnlyList<Field> fields, Func<ConfigMap, T?> build) : Shape<T> where T : class
{
    private readonly Dictionary<string, Field> byName = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);

    public override string Word => word;
    public override string Expected => $"a map with keys such as {string.Join(", ", fields.Take(3).Select(known => known.Name + ":"))}";
    internal override IEnumerable<(string, Field)> Fields => fields.Select(known => ("", known));

    public override JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var field in fields) properties[field.Name] = field.Schema();
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (fields.Any(field => field.IsRequired))
        {
            schema["required"] = new JsonArray([.. fields.Where(field => field.IsRequired).Select(field => JsonValue.Create(field.Name))]);
        }
        return schema;
    }

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (!node.IsNull && node is not ConfigNode.Map)
        {
            context.Unexpected(node, Expected);
            return false;
        }
        var isComplete = TryReadMap(node, context, out var map);
        if (isComplete) value = build(map);
        return value is not null;
    }

    /// <summary>Reads every key, right or wrong.</summary>
    /// <returns>Whether all could be read and none is missing.</returns>
    internal bool TryReadMap(ConfigNode node, ConfigContext context, out ConfigMap map)
    {
        var values = new Dictionary<Field, (object?, ConfigNode, int)>();
        var isComplete = true;
        foreach (var entry in (node as ConfigNode.Map)?.Entries ?? [])
        {
            if (!byName.TryGetValue(entry.Key, out var field)) Unknown(entry, context);
            else if (!entry.Value.IsNull || field.IsRequired)
            {
                isComplete &= field.TryRead(entry.Value, context.At(entry.Key), out var value);
                values[field] = (value, entry.Value, values.Count);
            }
        }
        foreach (var field in fields.Where(field => field.IsRequired && !values.ContainsKey(field)))
        {
            isComplete = false;
            context.Diagnostics.Error(node.Place, $"{context.Path} has no '{field.Name}', expected {field.Expected}");
        }
        map = new ConfigMap(node.Place, context, values);
        return isComplete;
    }

    private void Unknown(MapEntry entry, ConfigContext context)
    {
        var meant = !context.Diagnostics.MaySuggest ? "" : Suggestion.InWords(entry.Key, byName.Keys);
        var expected = meant.Length > 0 ? meant : $", expected {(byName.Count > 1 ? "one of " : "")}{string.Join(", ", byName.Keys)}";
        context.Diagnostics.Error(entry.Place, $"{context.Path} has the unknown key {Shown.Quoted(entry.Key)}{expected}");
    }
}
