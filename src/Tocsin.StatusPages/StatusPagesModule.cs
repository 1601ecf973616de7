using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.StatusPages.Panels;
using Tocsin.Web;

namespace Tocsin.StatusPages;

/// <summary>Registration of the public status page.</summary>
public static class StatusPagesModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "statuspages");

    /// <summary>Needs storage, checks, incidents, and the section of <see cref="StatusPageModel"/>.</summary>
    public static IServiceCollection AddStatusPages(this IServiceCollection services) => services
        .AddSingleton<IComponentStates, CheckBoardStates>()
        .AddSingleton<DayHistory>()
        .AddSingleton<StatusInputsReader>()
        .AddSingleton<StatusPrinter>()
        .AddSingleton<StatusBoard>()
        .AddSingleton<StaticFiles>()
        .AddSingleton<IHealthPart>(provider => provider.GetRequiredService<StaticFiles>())
        .AddSingleton<StatusUpdates>()
        .AddSingleton<IPanel<IncidentId>, StatusPanel>()
        .AddSingleton<IJournalReader, StatusReader>()
        .AddSingleton<IPump, StatusPump>();

    public static void MapStatusPages(this IEndpointRouteBuilder endpoints) => StatusEndpoints.Map(endpoints);
}
