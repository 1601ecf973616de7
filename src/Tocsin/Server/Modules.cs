using System.Reflection;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Changes;
using Tocsin.Changes.Guarded;
using Tocsin.Changes.Webhooks;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging;
using Tocsin.Postmortems;
using Tocsin.Recovery;
using Tocsin.StatusPages;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>The modules of the program, in the order of the life of an outage.</summary>
internal static class Modules
{
    public static IReadOnlyList<IConfigSection> Sections { get; } =
    [
        new CatalogSection(), new ServerSection(), new ChecksSection(), new IncidentsSection(), new OnCallSection(), new PagingSection(),
        new StatusPageSection(), new TargetsSection(), new WebhooksSection(), new RecoverySection(),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. WebModule.Migrations, .. CatalogModule.Migrations, .. ChecksModule.Migrations, .. AlertsModule.Migrations,
        .. IncidentsModule.Migrations, .. OnCallModule.Migrations, .. PagingModule.Migrations, .. StatusPagesModule.Migrations,
        .. ChangesModule.Migrations, .. RecoveryModule.Migrations, .. PostmortemsModule.Migrations,
    ];

    /// <summary>Assemblies that have pages.</summary>
    public static Assembly[] Pages { get; } =
    [
        typeof(Modules).Assembly, typeof(CatalogModule).Assembly, typeof(ChecksModule).Assembly, typeof(AlertsModule).Assembly,
        typeof(IncidentsModule).Assembly,
        typeof(OnCallModule).Assembly, typeof(PagingModule).Assembly, typeof(ChangesModule).Assembly, typeof(RecoveryModule).Assembly,
        typeof(PostmortemsModule).Assembly,
    ];
}
