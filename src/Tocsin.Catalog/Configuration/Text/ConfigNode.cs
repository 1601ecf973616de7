namespace Tocsin.Catalog.Configuration;

/// <summary>A value as a person wrote it, with its place. Closed hierarchy, immutable; an alias shares the node of its anchor.</summary>
public abstract class ConfigNode(Place place, int size, int height)
{
    public Place Place { get; } = place;
    /// <summary>Values in it after all aliases are expanded, itself included; a long text counts once more per 256 characters.</summary>
    internal int Size { get; } = size;
    /// <summary>Levels in it; 1 for a text.</summary>
    internal int Height { get; } = height;

    /// <summary>What it is, for a sentence: "a text", "a list", "a map".</summary>
    public abstract string InWords { get; }

    /// <summary>Nothing written, <c>~</c> or <c>null</c>.</summary>
    public virtual bool IsNull => false;

    /// <param name="text">Without quotes and escapes.</param>
    /// <param name="isPlain">Written without quotes.</param>
    public sealed class Scalar(Place place, string text, bool isPlain = true) : ConfigNode(place, 1 + text.Length / 256, 1)
    {
        public string Text { get; } = text;
        public override bool IsNull { get; } = isPlain && text is "" or "~" or "null";
        public override string InWords => "a text";
    }

    public sealed class List(Place place, IReadOnlyList<ConfigNode> items)
        : ConfigNode(place, 1 + items.Sum(item => item.Size), 1 + items.Select(item => item.Height).DefaultIfEmpty().Max())
    {
        public IReadOnlyList<ConfigNode> Items { get; } = items;
        public override string InWords => "a list";
    }

    public sealed class Map(Place place, IReadOnlyList<MapEntry> entries)
        : ConfigNode(place, 1 + entries.Sum(entry => entry.Value.Size), 1 + entries.Select(entry => entry.Value.Height).DefaultIfEmpty().Max())
    {
        /// <summary>In the order of the file; keys are unique.</summary>
        public IReadOnlyList<MapEntry> Entries { get; } = entries;
        public override string InWords => "a map";
    }
}

/// <param name="Place">Of the key.</param>
public sealed record MapEntry(string Key, Place Place, ConfigNode Value);
