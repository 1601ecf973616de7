namespace Tocsin.Catalog.Configuration;

/// <summary>All names that a configuration gives, and all places that use one. Names are resolved when everything is read.</summary>
internal sealed class NameTable(DiagnosticList diagnostics)
{
    private readonly Dictionary<string, Dictionary<string, Place?>> names = new(StringComparer.Ordinal);
    private readonly List<Use> uses = [];

    /// <param name="kinds">Any of these will do, such as <c>person</c> and <c>schedule</c>.</param>
    private sealed record Use(IReadOnlyList<string> Kinds, string Name, Place Place, string Path);

    /// <param name="place">Null for a name that is always there.</param>
    public void Declare(string kind, string name, Place? place) => Of(kind).TryAdd(name, place);

    public void Refer(IReadOnlyList<string> kinds, string name, Place place, string path) => uses.Add(new Use(kinds, name, place, path));

    public bool Knows(string kind, string name) => Of(kind).ContainsKey(name);

    /// <summary>Where a name was given; null when it is not known or always there.</summary>
    public Place? PlaceOf(string kind, string name) => Of(kind).GetValueOrDefault(name);

    public void ResolveAll()
    {
        foreach (var use in uses)
        {
            if (use.Kinds.Any(kind => Knows(kind, use.Name))) continue;
            var meant = !diagnostics.MaySuggest ? "" : Suggestion.InWords(use.Name, use.Kinds.SelectMany(kind => Of(kind).Keys));
            var expected = meant.Length > 0 ? meant : Known(use.Kinds);
            diagnostics.Error(use.Place,
                $"{use.Path} names the {string.Join(" or ", use.Kinds)} {Shown.Quoted(use.Name)}, which is not configured{expected}");
        }
    }

    private string Known(IReadOnlyList<string> kinds)
    {
        var known = kinds.SelectMany(kind => Of(kind).Keys).Take(6).Select(Shown.Quoted).ToList();
        return known.Count == 0 ? "; there is none" : $", expected one of {string.Join(", ", known.Take(5))}{(known.Count > 5 ? " …" : "")}";
    }

    private Dictionary<string, Place?> Of(string kind)
    {
        if (!names.TryGetValue(kind, out var of)) names[kind] = of = new Dictionary<string, Place?>(StringComparer.Ordinal);
        return of;
    }
}
