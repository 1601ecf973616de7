using System.Collections.Frozen;
using NodaTime;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>Where the install lives, its services and its people: <c>public_url</c>, <c>zone</c>, <c>services</c>, <c>people</c>.</summary>
public sealed class CatalogSection : IConfigSection
{
    /// <summary>Kinds of names, for <see cref="ConfigShapes.NameOf{T}"/>.</summary>
    public const string Service = "service", Person = "person", Policy = "policy";

    /// <summary>What it means, continuing a warning.</summary>
    public const string WithoutPublicUrl = "messages carry no link to acknowledge by; expected the address of this install such as https://tocsin.example.org";

    public static readonly Field<Uri> PublicUrl = Field.Optional("public_url",
        "Address of this install as people reach it; links in messages begin with it. Without it messages carry no link, which is warned about.",
        ConfigShapes.Url("https://tocsin.example.org"), "none; messages carry no link");

    public static readonly Field<DateTimeZone> Zone = Field.WithDefault("zone",
        "Time zone in which pages show absolute times.", ConfigShapes.Zone, "UTC");

    public static readonly Field<IReadOnlyList<Entry<PersonModel>>> People = PeopleKeys.Field;

    private static readonly Field<string> Name = Field.Optional("name", "Name for people.", ConfigShapes.Text(80, "Shop"), "the key");
    private static readonly Field<string> Description = Field.Optional("description",
        "One or two sentences about it.", ConfigShapes.Text(1_000, "'Takes orders and payments'"), "none");
    private static readonly Field<IReadOnlyList<ServiceKey>> DependsOn = Field.Optional("depends_on",
        "Services that this one needs. Their failures explain this one's.",
        ConfigShapes.OneOrMany(ConfigShapes.NameOf<ServiceKey>(Service), 200), "none");
    private static readonly Field<string> Escalation = Field.Optional("escalation",
        "Escalation policy of its incidents.", ConfigShapes.NameOf([Policy]), "the policy default");

    public IReadOnlyList<Field> Keys { get; } = [PublicUrl, Zone, People];
    public IReadOnlyList<Field> ServiceKeys { get; } = [Name, Description, DependsOn, Escalation];

    public object Build(ConfigDraft draft)
    {
        CheckPublicUrl(draft);
        DependencyCycles.Report(draft, Depends(draft), DependsOn);
        var people = draft.Root.Items(People);
        return new CatalogModel
        {
            PublicUrl = draft.Root.Optional(PublicUrl),
            Zone = draft.Root.Get(Zone).Id,
            Services = draft.Services.ToFrozenDictionary(service => service.Key, ToModel),
            ServiceOrder = [.. draft.Services.Select(service => service.Key)],
            People = people.ToFrozenDictionary(entry => new PersonKey(entry.Key), entry => entry.Value with
            {
                Key = new PersonKey(entry.Key),
                Name = entry.Value.Name.Length > 0 ? entry.Value.Name : entry.Key,
            }),
        };
    }

    public IEnumerable<ConfigItem> Items(object model)
    {
        var catalog = (CatalogModel)model;
        foreach (var service in catalog.ServiceOrder.Select(key => catalog.Services[key]))
        {
            yield return new ConfigItem("services", service.Key.Value,
                ("dependencies", service.DependsOn.Count == 0 ? "none" : string.Join(", ", service.DependsOn)), ("escalation", service.Escalation ?? "default"));
        }
        foreach (var person in catalog.People.Values.OrderBy(person => person.Key.Value, StringComparer.Ordinal))
        {
            yield return new ConfigItem("people", person.Key.Value,
                ("methods", person.Methods.Count == 0 ? "none" : string.Join(", ", person.Methods.Select(method => method.Word))));
        }
    }

    /// <summary>Names of the services for people.</summary>
    public static IReadOnlyDictionary<ServiceKey, string> NamesOf(ConfigDraft draft) =>
        draft.Services.ToDictionary(service => service.Key, service => service.Keys.Optional(Name) ?? service.Key.Value);

    private static ServiceModel ToModel(ServiceDraft service) => new()
    {
        Key = service.Key,
        Name = service.Keys.Optional(Name) ?? service.Key.Value,
        Description = service.Keys.Optional(Description),
        DependsOn = [.. service.Keys.Items(DependsOn).Distinct()],
        Escalation = service.Keys.Optional(Escalation),
    };

    private static Dictionary<ServiceKey, IReadOnlyList<ServiceKey>> Depends(ConfigDraft draft) =>
        draft.Services.ToDictionary(service => service.Key, service => service.Keys.Items(DependsOn));

    private static void CheckPublicUrl(ConfigDraft draft)
    {
        var reached = draft.Root.Items(People).FirstOrDefault(entry => entry.Value.Methods.Count > 0);
        if (!draft.Root.Has(PublicUrl) && reached is not null)
        {
            draft.Warn(reached.Place, $"people.{reached.Key} can be paged but there is no 'public_url': {WithoutPublicUrl}");
        }
        if (draft.Root.Optional(PublicUrl) is not { } url) return;
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            draft.Root.Error(PublicUrl, "has more than scheme, host, port and path, expected such as https://tocsin.example.org");
        }
        else if (url.IsLoopback) draft.Root.Warn(PublicUrl, "is an address of this machine only: links in messages will not open elsewhere, such as on a telephone");
        else if (url.Scheme == Uri.UriSchemeHttp) draft.Root.Warn(PublicUrl, "is not encrypted: who reads along on the way can acknowledge and sign in; better https://");
    }
}
