using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>What may stand in a file: the keys of all sections put together.</summary>
internal sealed class ConfigGrammar
{
    public const int ServicesMax = 10_000;

    private readonly Field<IReadOnlyList<Entry<ConfigMap>>> services;

    public ConfigGrammar(IEnumerable<IConfigSection> sections)
    {
        Sections = [.. sections];
        services = Field.Optional("services",
            "What people depend on, by key. Short form: the address of the service, which is also its check.",
            ConfigShapes.Named("service", "service", new ServiceShape([.. Sections.SelectMany(section => section.ServiceKeys)]), ServicesMax));
        Root = new MapShape<ConfigMap>("file", [services, .. Sections.SelectMany(section => section.Keys)], map => map);
    }

    public IReadOnlyList<IConfigSection> Sections { get; }
    public MapShape<ConfigMap> Root { get; }

    public ConfigDraft Read(ConfigNode.Map root, ConfigContext context)
    {
        foreach (var (kind, name) in Sections.SelectMany(section => section.KnownNames)) context.Names.Declare(kind, name, null);
        Root.TryReadMap(root, context, out var map);
        var drafts = map.Items(services)
            .Where(entry => Keys.IsKey(entry.Key))
            .Select(entry => new ServiceDraft(new ServiceKey(entry.Key), entry.Place, entry.Value));
        return new ConfigDraft(map, [.. drafts], context);
    }

    /// <summary>A map of what all sections know about a service, or only its address.</summary>
    private sealed class ServiceShape(IReadOnlyList<Field> fields) : Shape<ConfigMap>
    {
        private readonly MapShape<ConfigMap> longForm = new("service", fields, map => map);
        private readonly Field? address = fields.FirstOrDefault(field => field.Name == "url");

        public override string Word => address is null ? longForm.Word : "address or service";
        public override string Expected => address is null ? longForm.Expected : $"{address.Expected}, or {longForm.Expected}";
        internal override IEnumerable<(string, Field)> Fields => longForm.Fields;

        public override JsonObject Schema()
        {
            var forms = new JsonArray(longForm.Schema(), new JsonObject { ["type"] = "null" });
            if (address is not null) forms.Insert(0, address.Schema());
            return new JsonObject { ["anyOf"] = forms };
        }

        public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out ConfigMap value)
        {
            if (address is null || node is not ConfigNode.Scalar { IsNull: false }) return longForm.TryRead(node, context, out value);
            var isRead = address.TryRead(node, context, out var url);
            value = new ConfigMap(node.Place, context, new() { [address] = (url, node, 0) });
            return isRead;
        }
    }
}
