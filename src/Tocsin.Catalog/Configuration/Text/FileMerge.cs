namespace Tocsin.Catalog.Configuration;

/// <summary>Puts the files of a directory together: maps of the same top-level key join, everything else stands in one file only.</summary>
internal static class FileMerge
{
    /// <param name="name">File that stands for the whole when a place is needed.</param>
    public static ConfigNode.Map Merge(string name, IReadOnlyList<ConfigNode.Map> files, DiagnosticList diagnostics)
    {
        if (files.Count == 1) return files[0];
        var merged = new Dictionary<string, MapEntry>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var entry in files.SelectMany(file => file.Entries))
        {
            if (merged.TryAdd(entry.Key, entry)) order.Add(entry.Key);
            else merged[entry.Key] = Join(entry.Key, merged[entry.Key], entry, diagnostics);
        }
        return new ConfigNode.Map(Place.StartOf(name), [.. order.Select(key => merged[key])]);
    }

    private static MapEntry Join(string section, MapEntry first, MapEntry second, DiagnosticList diagnostics)
    {
        if (second.Value.IsNull) return first;
        if (first.Value.IsNull) return second;
        if (first.Value is not ConfigNode.Map one || second.Value is not ConfigNode.Map two)
        {
            Twice(Shown.Plain(section), first, second, diagnostics);
            return first;
        }
        var entries = one.Entries.ToList();
        var known = one.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        foreach (var entry in two.Entries)
        {
            if (known.TryGetValue(entry.Key, out var before)) Twice($"{Shown.Plain(section)}.{Shown.Plain(entry.Key)}", before, entry, diagnostics);
            else entries.Add(entry);
        }
        return first with { Value = new ConfigNode.Map(one.Place, entries) };
    }

    private static void Twice(string path, MapEntry first, MapEntry second, DiagnosticList diagnostics) =>
        diagnostics.Error(second.Place, $"{path} is defined twice, first in {first.Place}; keep one of them");
}
