using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Alerts;

/// <summary>Questions about alerts, for the modules below.</summary>
public static class AlertQueries
{
    public static Task<IReadOnlyList<Alert>> FiringAsync(IReadTx tx) => AlertStore.AllFiringAsync(tx);
    public static Task<Alert?> FindAsync(IReadTx tx, AlertId id) => AlertStore.FindAsync(tx, id);
}

/// <summary>Registration of the alerts.</summary>
public static class AlertsModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "alerts");

    public static IServiceCollection AddAlerts(this IServiceCollection services) => services
        .AddSingleton<Silences>()
        .AddSingleton<IJournalReader, AlertReader>();
}
