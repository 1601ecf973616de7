using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class ShowIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapGet("/{id}", Handle).RequireAuthorization(Permissions.Read)
        .WithSummary("One incident with its timeline and suspicions.").WithName("showIncident");

    internal static async Task<Results<Ok<IncidentJson>, NotFound>> Handle(
        IncidentId id, IncidentQueries queries, IRevisions revisions, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is not { } incident) return TypedResults.NotFound();
        var zone = revisions.Current.Catalog.Zone;
        return TypedResults.Ok(IncidentJson.From(incident, zone) with
        {
            Timeline = [.. (await queries.TimelineAsync(id, cancellation)).Select(row => TimelineJson.From(row, zone))],
            Suspicions = [.. (await queries.SuspicionsAsync(id, cancellation)).Select(SuspicionJson.From)],
        });
    }
}
