using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tocsin.Web;

/// <summary><c>/metrics</c>, for a scraper with a token that may read.</summary>
internal static class MetricsEndpoint
{
    public static bool IsWanted(string meter) => meter.StartsWith("Tocsin", StringComparison.Ordinal)
        || meter is "System.Runtime" or "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>The meters of this program and of the process, not those of another program in the same process.</summary>
    public static Func<Meter, bool> Wanted(IMeterFactory factory) =>
        meter => IsWanted(meter.Name) && (meter.Scope is null || ReferenceEquals(meter.Scope, factory));

    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", (MetricsText metrics) => TypedResults.Text(metrics.Write(), MetricsText.ContentType))
            .RequireAuthorization(Permissions.Read).ExcludeFromDescription();
}
