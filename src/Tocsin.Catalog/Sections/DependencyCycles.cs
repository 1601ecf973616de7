using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>Finds services that need themselves, directly or round a corner.</summary>
internal static class DependencyCycles
{
    private const int ShownMax = 12;
    private const int CyclesMax = 20;

    /// <summary>Says each cycle once, at the dependency that closes it.</summary>
    public static void Report(ConfigDraft draft, Dictionary<ServiceKey, IReadOnlyList<ServiceKey>> depends, Field place)
    {
        var places = draft.Services.ToDictionary(service => service.Key, service => service.Keys.PlaceOf(place));
        foreach (var cycle in Find(draft.Services.Select(service => service.Key), depends).Take(CyclesMax))
        {
            string[] names = [.. cycle.Select(key => key.Value)];
            var path = names.Length <= ShownMax ? names : [.. names[..(ShownMax - 1)], "…"];
            draft.Error(places[cycle[^1]], names.Length == 1
                ? $"services.{names[0]}.depends_on names the service itself, expected another service"
                : $"services.{names[^1]}.depends_on closes a cycle: {string.Join(" → ", path)} → {names[0]}; take one of these dependencies away");
        }
    }

    /// <summary>Depth first with a stack of its own: a long chain must not end the process.</summary>
    private static IEnumerable<List<ServiceKey>> Find(IEnumerable<ServiceKey> services, Dictionary<ServiceKey, IReadOnlyList<ServiceKey>> depends)
    {
        var done = new HashSet<ServiceKey>();
        foreach (var start in services)
        {
            if (done.Contains(start)) continue;
            var path = new List<(ServiceKey Key, int Next)> { (start, 0) };
            var onPath = new Dictionary<ServiceKey, int> { [start] = 0 };
            while (path.Count > 0)
            {
                var (key, next) = path[^1];
                var edges = depends[key];
                if (next == edges.Count)
                {
                    path.RemoveAt(path.Count - 1);
                    onPath.Remove(key);
                    done.Add(key);
                    continue;
                }
                path[^1] = (key, next + 1);
                var other = edges[next];
                if (onPath.TryGetValue(other, out var index)) yield return [.. path.Skip(index).Select(step => step.Key)];
                else if (!done.Contains(other) && depends.ContainsKey(other))
                {
                    onPath[other] = path.Count;
                    path.Add((other, 0));
                }
            }
        }
    }
}
