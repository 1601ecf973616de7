namespace Tocsin.StatusPages;

/// <summary>The state of everything in one sentence. Pure.</summary>
internal static class StatusSentence
{
    private const int NamesMax = 3;

    public static string Of(IReadOnlyList<PublicComponent> components, int openIncidents)
    {
        if (components.Count == 0) return "Nothing is shown here yet.";
        var troubled = components.Where(component => component.State != ComponentState.Operational)
            .GroupBy(component => component.State).OrderByDescending(group => group.Key).ToList();
        if (troubled.Count > 0)
        {
            var worst = Clause(troubled[0].Key, [.. troubled[0].Select(component => component.Name)]);
            var others = troubled.Skip(1).Sum(group => group.Count());
            return others == 0 ? $"{worst}." : others == 1
                ? $"{worst}, and {troubled[1].First().Name} is {Lesser(troubled[1].Key)}."
                : $"{worst}, and {others} others are affected.";
        }
        var all = components.Count == 1 ? $"{components[0].Name} is working" : "Everything is working";
        return openIncidents == 0 ? $"{all}." : $"{all} again; we are still watching.";
    }

    /// <summary><c>Cart</c>; <c>Cart and Search</c>; <c>Cart, Search and 4 others</c>.</summary>
    public static string Join(IReadOnlyList<string> names)
    {
        if (names.Count == 1) return names[0];
        if (names.Count <= NamesMax) return $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
        return $"{string.Join(", ", names.Take(NamesMax - 1))} and {names.Count - NamesMax + 1} others";
    }

    private static string Clause(ComponentState state, IReadOnlyList<string> names) => state switch
    {
        ComponentState.Unknown => $"We cannot tell how {Join(names)} {Is(names)}",
        ComponentState.Maintenance => $"{Join(names)} {Is(names)} in maintenance",
        ComponentState.Degraded => $"{Join(names)} {(names.Count == 1 ? "does" : "do")} not work as well as {(names.Count == 1 ? "it" : "they")} should",
        ComponentState.Operational or ComponentState.PartialOutage or ComponentState.MajorOutage => $"{Join(names)} {Is(names)} {state.InWords}",
    };

    private static string Lesser(ComponentState state) => state switch
    {
        ComponentState.Unknown => "not to be judged just now",
        ComponentState.Maintenance => "in maintenance",
        ComponentState.Operational or ComponentState.Degraded or ComponentState.PartialOutage or ComponentState.MajorOutage => state.InWords,
    };

    private static string Is(IReadOnlyList<string> names) => names.Count == 1 ? "is" : "are";
}
