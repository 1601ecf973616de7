using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>Registration of the incidents.</summary>
public static class IncidentsModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "incidents");

    public static IServiceCollection AddIncidents(this IServiceCollection services) => services
        .AddSingleton<IncidentReader>()
        .AddSingleton<IJournalReader>(provider => provider.GetRequiredService<IncidentReader>())
        .AddSingleton<IPump, IncidentPump>()
        .AddSingleton<IncidentActions>()
        .AddSingleton<IncidentDeclaration>()
        .AddSingleton<Suspicions>()
        .AddSingleton<IncidentQueries>();
}
