using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Tests;

/// <summary>Inputs of decisions: the primary is confirmed down, the standby is fit, nothing holds back.</summary>
internal static class Inputs
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public static readonly SideInputs Up = new(new CheckKey("api-standby-page"), Outcome.Up, Outcome.Up, null, Outcome.Up, 800, 20_000, 0, false, "answered 200");
    public static readonly SideInputs Down = new(new CheckKey("api-page"), Outcome.Down, Outcome.Down, Noon.AddSeconds(-8), Outcome.Down, 500, 20_000, 1, false, "refused");

    public static readonly FailoverInputs Fit = new(FailoverMode.Automatic, TrafficSide.Primary, 0, false, null, Down, Up, new FreshInputs(1, 5, 900, 15_000, null),
        new CheckKey("shop-users"), null, null, 6, 0, null, null, 300_000, null);
}
