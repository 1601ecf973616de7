using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Changes.Guarded;
using Tocsin.Changes.Panels;
using Tocsin.Changes.Webhooks;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes;

/// <summary>Registration of the changes.</summary>
public static class ChangesModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "changes");

    /// <summary>Needs, besides the store, the revisions and the clock, the checks (<see cref="CheckQueries"/>) and a runner.</summary>
    /// <param name="configuration">File or directory of the configuration: relative files of targets stand beside it.</param>
    public static IServiceCollection AddChanges(this IServiceCollection services, string configuration) => services
        .AddSingleton<ChangeRecorder>()
        .AddSingleton<ChangeQueries>()
        .AddSingleton<HookDesk>().AddSingleton<IMeasured>(provider => provider.GetRequiredService<HookDesk>())
        .AddSingleton<IPanel<ServiceKey>, ServiceChangesPanel>()
        .AddSingleton<IPanel<IncidentId>, IncidentChangesPanel>()
        .AddTargets(Path.GetFullPath(Directory.Exists(configuration) ? configuration : Path.GetDirectoryName(Path.GetFullPath(configuration))!));

    private static IServiceCollection AddTargets(this IServiceCollection services, string directory)
    {
        services.AddSingleton(new TargetBase(directory)).AddSingleton<HttpDoor>().AddSingleton<ITargetHands, TargetHands>();
        services.AddSingleton<IWatchedChecks, WatchedChecks>().AddSingleton<ChangeEffects>().AddSingleton<GuardedInbox>().AddSingleton<TargetTender>();
        services.AddSingleton<GuardedPump>().AddSingleton<IPump>(provider => provider.GetRequiredService<GuardedPump>());
        services.AddSingleton<TargetQueries>().AddSingleton<IPanel<IncidentId>, RollBackPanel>();
        return services.AddSingleton(provider => new GuardedChanges(provider.GetRequiredService<IStore>(), provider.GetRequiredService<ITargetHands>(),
            provider.GetRequiredService<IRevisions>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <param name="api">The group of <c>/api/v1</c>.</param>
    public static void MapChanges(this RouteGroupBuilder api)
    {
        ChangesApi.Map(api);
        TargetsApi.Map(api);
        HookEndpoints.Map(api);
    }
}
