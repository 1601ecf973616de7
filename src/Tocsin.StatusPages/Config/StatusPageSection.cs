using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>The public page: <c>status_page</c>.</summary>
public sealed class StatusPageSection : IConfigSection
{
    private static readonly Field<string> Title = Field.WithDefault("title", "Heading of the page.", ConfigShapes.Text(120, "'Shop status'"), "Status");
    private static readonly Field<string> Intro = Field.Optional("intro", "A few sentences under the heading.", ConfigShapes.Text(2_000, "'How our services are doing'"), "none");
    private static readonly Field<string> WriteTo = Field.Optional("write_to", "Directory that receives the page as static files on every change.",
        ConfigShapes.Written("directory", "the absolute path of a directory such as /var/www/status",
            text => text.StartsWith('/') && text.Length <= 1_000 ? text : Parsed<string>.Bad("")), "none");

    private static readonly Field<ServiceKey> Service = Field.Required("service", "Whose state it shows.", ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service));
    private static readonly Field<string> Name = Field.Optional("name", "Public name.", ConfigShapes.Text(80, "Checkout"), "the name of the service");
    private static readonly Field<string> Description = Field.Optional("description", "Public description.", ConfigShapes.Text(500, "'Buying and paying'"), "none");
    private static readonly Field<IReadOnlyList<ComponentModel>> Components = Field.Optional("components", "What the page shows, in this order.",
        ConfigShapes.List(ConfigShapes.ShortOrLong(
            ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service).Select(service => new ComponentModel(service, "", null)),
            ConfigShapes.Map("component", [Service, Name, Description],
                map => new ComponentModel(map.Get(Service), map.Optional(Name) ?? "", map.Optional(Description)))), 500), "every service");

    private static readonly Field<ConfigMap> StatusPage = Field.Optional("status_page", "The public status page.",
        ConfigShapes.Map("status page", [Title, Intro, Components, WriteTo], map => map), "a page with every service");

    public IReadOnlyList<Field> Keys { get; } = [StatusPage];

    public object Build(ConfigDraft draft)
    {
        var page = draft.Root.Optional(StatusPage) ?? ConfigMap.Empty;
        var names = CatalogSection.NamesOf(draft);
        var written = page.Optional(Components) ?? [.. draft.Services.Select(service => new ComponentModel(service.Key, "", null))];
        foreach (var twice in written.GroupBy(component => component.Service).Where(group => group.Count() > 1))
        {
            page.Error(Components, $"shows the service '{twice.Key}' twice, expected each once");
        }
        return new StatusPageModel
        {
            Title = page.Get(Title),
            Intro = page.Optional(Intro),
            Components = [.. written.Select(component => component with
            {
                Name = component.Name.Length > 0 ? component.Name : names.GetValueOrDefault(component.Service, component.Service.Value),
            })],
            WriteTo = page.Optional(WriteTo),
        };
    }

    public IEnumerable<ConfigItem> Items(object model) =>
        ((StatusPageModel)model).Components.Select(component => new ConfigItem("components", component.Service.Value, ("name", component.Name)));
}
