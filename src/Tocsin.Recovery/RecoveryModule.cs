using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Api;
using Tocsin.Recovery.Freshness;
using Tocsin.Recovery.Moving;
using Tocsin.Recovery.Panels;
using Tocsin.Recovery.Switching;
using Tocsin.Web;

namespace Tocsin.Recovery;

/// <summary>Registration of recovery.</summary>
public static class RecoveryModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "recovery");

    /// <summary>Needs storage, checks, incidents, and the section of <see cref="RecoveryModel"/>.</summary>
    public static IServiceCollection AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<ILiveChecks, ProbedChecks>();
        services.AddSingleton<SteadyTime>().AddSingleton<MoveProof>().AddSingleton<SwitchDesk>().AddSingleton<SwitchKeeper>();
        services.AddSingleton<FreshDesk>().AddSingleton<SceneReader>().AddSingleton<FailoverWriter>().AddSingleton<MoveSettler>().AddSingleton<FailoverTurner>();
        services.AddSingleton(provider => new Holds(provider.GetRequiredService<IStore>(), provider.GetRequiredService<IRevisions>(),
            provider.GetRequiredService<SteadyTime>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new FailoverActions(provider.GetRequiredService<IStore>(), provider.GetRequiredService<IRevisions>(),
            provider.GetRequiredService<SceneReader>(), provider.GetRequiredService<FailoverWriter>()));
        services.AddSingleton(provider => new FailoverQueries(provider.GetRequiredService<IStore>(), provider.GetRequiredService<IJournal>(),
            provider.GetRequiredService<IRevisions>(), provider.GetRequiredService<SceneReader>(), provider.GetRequiredService<SwitchDesk>()));
        services.AddSingleton<IJournalReader, RecoveryReader>().AddSingleton<IPump, RecoveryPump>();
        return services.AddSingleton<IPanel<IncidentId>, FailoverPanel>().AddSingleton<IMeasured, SwitchMetrics>();
    }

    /// <param name="api">The group of <c>/api/v1</c>.</param>
    public static void MapRecovery(this RouteGroupBuilder api)
    {
        FailoversApi.Map(api);
        HoldApi.Map(api);
    }
}
