using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;

namespace Tocsin.StatusPages.Tests;

/// <summary>Configurations and a printer, without a server.</summary>
internal static class StatusFixture
{
    public static readonly Uri Home = new("https://status.example.org/");

    public static FixedRevisions Revisions(StatusPageModel page, Uri? home = null, params object[] sections) => new(new Revision(
        "abc", Some.Now.AddDays(-7), "file", [CatalogOf(page, home), page, .. sections]));

    public static StatusPrinter Printer(Uri? home = null) =>
        new(new ServiceCollection().BuildServiceProvider(), NullLoggerFactory.Instance, Revisions(Some.Page(), home));

    public static StatusPublication Print(StatusInputs inputs, Uri? home = null) => Printer(home).Print(StatusComposer.Compose(inputs));

    /// <summary>One http check for each component, named after it.</summary>
    public static ChecksModel Checks(StatusPageModel page) => new(
        page.Components.Select(component => new CheckModel
        {
            Key = new CheckKey(component.Service.Value + "-http"), Service = component.Service, Name = component.Name,
            Probe = new ProbeSpec.Tcp { Host = "127.0.0.1", Port = 9 }, Interval = TimeSpan.FromSeconds(30), Timeout = TimeSpan.FromSeconds(5),
            Family = AddressFamilyChoice.Any, Severity = Kernel.Facts.Severity.Sev2,
        }).ToFrozenDictionary(check => check.Key),
        [.. page.Components.Select(component => new CheckKey(component.Service.Value + "-http"))]);

    private static CatalogModel CatalogOf(StatusPageModel page, Uri? home) => new()
    {
        PublicUrl = home,
        Zone = "UTC",
        People = FrozenDictionary<PersonKey, PersonModel>.Empty,
        ServiceOrder = [.. page.Components.Select(component => component.Service)],
        Services = page.Components.ToFrozenDictionary(component => component.Service, component => new ServiceModel
        {
            Key = component.Service, Name = component.Name, DependsOn = [],
        }),
    };
}
