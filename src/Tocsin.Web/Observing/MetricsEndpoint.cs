using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tocsin.Web;

/// <summary><c>/metrics</c>, for a scraper with a token that may read.</summary>
internal static class MetricsEndpoint
{
    public static bool IsWanted(string meter) => meter.StartsWith("Tocsin", StringComparison.Ordinal)
        || meter is "System.Runtime" or "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel";

    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", (MetricsText metrics) => TypedResults.Text(metrics.Write(), MetricsText.ContentType))
            .RequireAuthorization(Permissions.Read).ExcludeFromDescription();
}
