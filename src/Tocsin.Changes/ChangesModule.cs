using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Changes.Panels;
using Tocsin.Changes.Webhooks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes;

/// <summary>Registration of the changes.</summary>
public static class ChangesModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "changes");

    public static IServiceCollection AddChanges(this IServiceCollection services) => services
        .AddSingleton<ChangeRecorder>()
        .AddSingleton<ChangeQueries>()
        .AddSingleton<HookDesk>().AddSingleton<IMeasured>(provider => provider.GetRequiredService<HookDesk>())
        .AddSingleton<IPanel<ServiceKey>, ServiceChangesPanel>()
        .AddSingleton<IPanel<IncidentId>, IncidentChangesPanel>();

    /// <param name="api">The group of <c>/api/v1</c>.</param>
    public static void MapChanges(this RouteGroupBuilder api)
    {
        ChangesApi.Map(api);
        HookEndpoints.Map(api);
    }
}
