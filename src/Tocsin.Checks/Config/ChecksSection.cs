using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Checks;

/// <summary>What is probed: <c>url</c> and <c>checks</c> of a service, and <c>checks</c> at the top for checks that name their service.</summary>
/// <remarks>The check of a service's <c>url</c> has the key of the service, the others <c>service-name</c>.</remarks>
public sealed class ChecksSection : IConfigSection
{
    private const int ChecksMax = 20_000;

    /// <summary>A check of the top-level map, which says whose it is.</summary>
    private sealed record OwnedCheck(ServiceKey Service, CheckModel Check);

    private static readonly Field<CheckModel> Url = Field.Optional("url", "Address of the service; makes a check with the key of the service.", CheckReader.Short, "no such check");
    private static readonly Field<IReadOnlyList<Entry<CheckModel>>> OfService = Field.Optional("checks",
        "Further checks of this service by name; their keys are service-name.",
        ConfigShapes.Named("check", null, ConfigShapes.ShortOrLong(CheckReader.Short, CheckReader.Long), 1_000), "none");

    private static readonly Field<ServiceKey> Service = Field.Required("service", "Service that the check belongs to.", ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service));
    private static readonly Field<IReadOnlyList<Entry<OwnedCheck>>> Checks = Field.Optional("checks",
        "Checks that are written apart from their service, by key.",
        ConfigShapes.Named("check", null, ConfigShapes.Map("check", [Service, .. CheckKeys.All],
            map => CheckReader.Build(map) is { } check ? new OwnedCheck(map.Get(Service), check) : null), ChecksMax), "none");

    public IReadOnlyList<Field> Keys { get; } = [Checks];
    public IReadOnlyList<Field> ServiceKeys { get; } = [Url, OfService];

    public object Build(ConfigDraft draft)
    {
        var found = new Dictionary<CheckKey, (CheckModel Check, Place Place)>();
        var order = new List<CheckKey>();
        foreach (var (check, place) in draft.Services.SelectMany(OfOneService).Concat(OfTheTop(draft)))
        {
            if (!HasKey(draft, check.Key, place)) continue;
            if (found.TryAdd(check.Key, (check, place))) order.Add(check.Key);
            else draft.Error(place, $"the check '{check.Key}' is defined twice, first in {found[check.Key].Place}; rename one of them");
        }
        if (order.Count > ChecksMax) draft.Error(found[order[ChecksMax]].Place, $"there are {order.Count:N0} checks, expected at most {ChecksMax:N0}");
        return new ChecksModel(found.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Check), order);
    }

    public IEnumerable<ConfigItem> Items(object model)
    {
        var checks = (ChecksModel)model;
        return checks.Order.Select(key => checks.Checks[key]).Select(check => new ConfigItem("checks", check.Key.Value,
            ("target", $"{check.Probe.Word} {check.Probe.Target}"), ("interval", Durations.InWords(check.Interval)),
            ("timeout", Durations.InWords(check.Timeout)), ("severity", check.Severity.ToString().ToUpperInvariant())));
    }

    /// <summary>Keys of all checks that could be read, for sections that name one.</summary>
    public static IReadOnlyCollection<string> KeysOf(ConfigDraft draft) =>
        draft.Services.SelectMany(OfOneService).Concat(OfTheTop(draft)).Select(found => found.Check.Key.Value).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<(CheckModel Check, Place Place)> OfOneService(ServiceDraft service)
    {
        if (service.Keys.Optional(Url) is { } main) yield return (Named(main, service.Key.Value, service.Key), service.Keys.PlaceOf(Url));
        foreach (var entry in service.Keys.Items(OfService))
        {
            yield return (Named(entry.Value, $"{service.Key}-{entry.Key}", service.Key), entry.Place);
        }
    }

    private static IEnumerable<(CheckModel Check, Place Place)> OfTheTop(ConfigDraft draft) =>
        draft.Root.Items(Checks).Select(entry => (Named(entry.Value.Check, entry.Key, entry.Value.Service), entry.Place));

    private static CheckModel Named(CheckModel check, string key, ServiceKey service) =>
        check with { Key = new CheckKey(key), Service = service, Name = check.Name.Length > 0 ? check.Name : key };

    private static bool HasKey(ConfigDraft draft, CheckKey key, Place place)
    {
        if (key.Value.Length <= Kernel.Keys.LengthMax) return Kernel.Keys.IsKey(key.Value);
        draft.Error(place, $"the key of the check would be '{key}' with {key.Value.Length} characters, expected at most {Kernel.Keys.LengthMax}; take a shorter name");
        return false;
    }
}
