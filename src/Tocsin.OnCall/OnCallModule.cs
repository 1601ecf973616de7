using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall.Pages;

namespace Tocsin.OnCall;

/// <summary>Questions about overrides, for the modules below.</summary>
public static class OnCallQueries
{
    /// <summary>Overrides that hold and touch [<paramref name="from"/>, <paramref name="until"/>), oldest first.</summary>
    public static Task<IReadOnlyList<Override>> OverridesAsync(IReadTx tx, DateTimeOffset from, DateTimeOffset until) =>
        OverrideStore.TouchingAsync(tx, from, until);

    /// <summary>Overrides that hold at a moment, for <see cref="StepResolver"/> and <see cref="RotationCalculator.OnCallAt"/>.</summary>
    /// <remarks>Those of the longest possible shift after it are included, so that a shift ends where the next override begins.</remarks>
    public static Task<IReadOnlyList<Override>> OverridesAtAsync(IReadTx tx, DateTimeOffset at) =>
        OverrideStore.TouchingAsync(tx, at, at + TimeSpan.FromDays(60));
}

/// <summary>Registration of on-call.</summary>
/// <remarks>Its page needs <see cref="IReachability"/> from a module below.</remarks>
public static class OnCallModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "oncall");

    public static IServiceCollection AddOnCall(this IServiceCollection services) => services
        .AddSingleton<Overrides>()
        .AddSingleton<OnCallBoard>();
}
