using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Recording;
using Tocsin.Checks.Scheduling;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>Registration of checks in the program.</summary>
public static class ChecksModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "checks");

    /// <summary>Needs <see cref="IStore"/>, <see cref="ISampleStore"/>, <see cref="IRunner"/>, <see cref="IRevisions"/> with the
    /// sections of catalog, server and checks, and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddChecks(this IServiceCollection services)
    {
        services.AddSingleton<IResolver, SystemResolver>();
        services.AddSingleton<IRoutes, KernelRoutes>();
        services.AddSingleton(new CertificateJudge());
        services.AddSingleton<Dialer>();
        services.AddSingleton<IProber, Prober>();
        services.AddSingleton(provider => new ProbeTrial(provider.GetRequiredService<IProber>()));
        services.AddSingleton<IOwnNetwork>(provider => new OwnNetwork(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CheckBoard>();
        services.AddSingleton<CheckInbox>();
        services.AddSingleton<ProbeDesk>();
        services.AddSingleton<SightDesk>();
        services.AddSingleton(provider => provider.GetRequiredService<SightDesk>().Book);
        services.AddSingleton<VerdictLog>();
        services.AddSingleton<ProbeKeeper>();
        services.AddSingleton<Roster>();
        services.AddSingleton<CheckPump>();
        services.AddSingleton<IPump>(provider => provider.GetRequiredService<CheckPump>());
        services.AddSingleton<IMeasured, CheckMetrics>();
        return services.AddSingleton(provider => new CheckQueries(
            provider.GetRequiredService<IRevisions>(), provider.GetRequiredService<IStore>(), provider.GetRequiredService<ISampleStore>(),
            provider.GetRequiredService<CheckBoard>()));
    }

    /// <param name="api">The group of <c>/api/v1</c>.</param>
    public static void MapChecks(this RouteGroupBuilder api) => ChecksApi.Map(api);
}
