namespace Tocsin.Catalog.Configuration;

/// <summary>An entry that a person wants to add to the configuration.</summary>
/// <param name="Path">Keys of the map that it goes into, from the top: <c>services</c>. Maps that are missing are made.</param>
public sealed record ConfigInsert(IReadOnlyList<string> Path, string Key, ConfigNode Value)
{
    private static readonly Place Nowhere = Place.StartOf("new");

    public static ConfigNode Text(string text) => new ConfigNode.Scalar(Nowhere, text, isPlain: false);

    public static ConfigNode Map(params IEnumerable<(string Key, ConfigNode Value)> entries) =>
        new ConfigNode.Map(Nowhere, [.. entries.Select(entry => new MapEntry(entry.Key, Nowhere, entry.Value))]);

    public static ConfigNode List(params IEnumerable<ConfigNode> items) => new ConfigNode.List(Nowhere, [.. items]);

    /// <summary>As a person would write it into a file of its own.</summary>
    public string Snippet
    {
        get
        {
            var (key, value) = Wrapped(0);
            return string.Join('\n', YamlWriter.Block(key, value, "", "  ")) + "\n";
        }
    }

    /// <summary>The entry below the first keys of the path, the others wrapped round it.</summary>
    internal (string Key, ConfigNode Value) Wrapped(int depth)
    {
        var (key, value) = (Key, Value);
        for (var i = Path.Count - 1; i >= depth; i--) (key, value) = (Path[i], Map((key, value)));
        return (key, value);
    }

    /// <summary>The tree as it must be afterwards.</summary>
    internal ConfigNode.Map ApplyTo(ConfigNode.Map root) => Apply(root, 0);

    private ConfigNode.Map Apply(ConfigNode.Map map, int depth)
    {
        var next = depth < Path.Count ? map.Entries.FirstOrDefault(entry => entry.Key == Path[depth]) : null;
        if (next is not { Value: ConfigNode.Map or { IsNull: true } })
        {
            var (key, value) = Wrapped(depth);
            return new ConfigNode.Map(map.Place, [.. map.Entries, new MapEntry(key, Nowhere, value)]);
        }
        var inner = Apply(next.Value as ConfigNode.Map ?? new ConfigNode.Map(next.Value.Place, []), depth + 1);
        return new ConfigNode.Map(map.Place, [.. map.Entries.Select(entry => ReferenceEquals(entry, next) ? entry with { Value = inner } : entry)]);
    }
}
