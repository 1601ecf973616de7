using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Alerts;

/// <summary>Questions about alerts, for the modules below.</summary>
public static class AlertQueries
{
    public static Task<IReadOnlyList<Alert>> FiringAsync(IReadTx tx) => AlertStore.AllFiringAsync(tx);
    public static Task<Alert?> FindAsync(IReadTx tx, AlertId id) => AlertStore.FindAsync(tx, id);

    /// <summary>Those that exist, in the order of their ids.</summary>
    public static Task<IReadOnlyList<Alert>> FindAsync(IReadTx tx, IReadOnlyCollection<AlertId> ids) => AlertStore.FindAsync(tx, ids);
}

/// <summary>Registration of the alerts.</summary>
public static class AlertsModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "alerts");

    public static IServiceCollection AddAlerts(this IServiceCollection services) => services
        .AddSingleton<Silences>()
        .AddSingleton(new SettingsLink(100, "Silences", "/settings/silences", "What wakes nobody for a while, and why.", Permissions.Read))
        .AddSingleton<IJournalReader, AlertReader>();
}
