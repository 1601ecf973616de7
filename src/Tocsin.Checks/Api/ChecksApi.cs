using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>What is believed about a check now.</summary>
/// <param name="Target">What is probed: an address, or host and port.</param>
/// <param name="State"><c>up</c>, <c>degraded</c>, <c>down</c>, <c>unknown</c> (Tocsin cannot tell) or <c>pending</c> (not probed yet).</param>
/// <param name="Since">Start of the state, dated back to its first probe; null while pending.</param>
/// <param name="FirstFailedAt">First failed probe of this state; null while up or pending.</param>
/// <param name="Reason">One word, such as <c>timeout</c>; <c>none</c> while up.</param>
/// <param name="Text">One sentence for people; empty while pending.</param>
/// <param name="IsDoubted">Probes contradict the state and are being confirmed.</param>
/// <param name="LastProbeAt">Start of the newest probe that ended; null until one did since the start.</param>
/// <param name="LastProbeMs">How long it took, milliseconds.</param>
public sealed record CheckJson(
    string Key, string Service, string Name, string Target, string State, DateTimeOffset? Since, DateTimeOffset? FirstFailedAt,
    string Reason, string Text, bool IsDoubted, DateTimeOffset? LastProbeAt, double? LastProbeMs)
{
    internal static CheckJson Of(CheckStateView view) => new(
        view.Check.Value, view.Service.Value, view.Name, view.Target, view.State is { } state ? WordOf(state) : "pending", view.Since, view.FirstFailedAt, view.Reason, view.Text,
        view.IsDoubted, view.LastResultAt, view.LastDuration is { } took ? Math.Round(took.TotalMilliseconds, 3) : null);

    private static string WordOf(Outcome state) => state switch
    {
        Outcome.Up => "up",
        Outcome.Degraded => "degraded",
        Outcome.Down => "down",
        Outcome.Unknown => "unknown",
    };
}

/// <summary>Configured checks.</summary>
/// <param name="Checks">In the order of the configuration.</param>
public sealed record CheckListJson(IReadOnlyList<CheckJson> Checks);

/// <summary><c>/checks</c> under the API's group, whose policy it follows.</summary>
internal static class ChecksApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/checks", List).WithName("listChecks").WithSummary("Every configured check and what is believed about it.");
        api.MapGet("/checks/{key}", Show).WithName("showCheck").WithSummary("One check.");
    }

    /// <param name="service">Only the checks of this service.</param>
    private static Results<Ok<CheckListJson>, ValidationProblem> List(CheckQueries checks, string? service = null)
    {
        if (service is null) return TypedResults.Ok(Of(checks.All));
        if (ServiceKey.TryParse(service, null, out var key)) return TypedResults.Ok(Of(checks.OfService(key)));
        return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["service"] = [$"'{service}' is not the key of a service"] });
    }

    private static CheckListJson Of(IReadOnlyList<CheckStateView> views) => new([.. views.Select(CheckJson.Of)]);

    private static Results<Ok<CheckJson>, NotFound> Show(CheckKey key, CheckQueries checks) =>
        checks.Find(key) is { } view ? TypedResults.Ok(CheckJson.Of(view)) : TypedResults.NotFound();
}
