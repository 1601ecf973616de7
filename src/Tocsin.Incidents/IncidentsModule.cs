using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Incidents.Api;
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

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapIncidents(this RouteGroupBuilder api)
    {
        var incidents = api.MapGroup("/incidents").WithTags("Incidents");
        ListIncidents.Map(incidents);
        ShowIncident.Map(incidents);
        DeclareIncident.Map(incidents);
        CorrectIncident.Map(incidents);
        AcknowledgeIncident.Map(incidents);
        ResolveIncident.Map(incidents);
        AddNote.Map(incidents);
        SuspectSomething.Map(incidents);
        RuleOut.Map(incidents);
    }
}
