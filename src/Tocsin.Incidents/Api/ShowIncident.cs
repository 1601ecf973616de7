using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class ShowIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapGet("/{id}", Handle).RequireAuthorization(Permissions.Read)
        .WithSummary("One incident with its timeline and suspicions.").WithName("showIncident");

    internal static async Task<Results<Ok<IncidentDetailJson>, NotFound>> Handle(IncidentId id, IncidentQueries queries, CancellationToken cancellation) =>
        await queries.FindAsync(id, cancellation) is not { } incident ? TypedResults.NotFound() : TypedResults.Ok(new IncidentDetailJson(
            IncidentJson.From(incident), [.. (await queries.TimelineAsync(id, cancellation)).Select(TimelineJson.From)],
            [.. (await queries.SuspicionsAsync(id, cancellation)).Select(SuspicionJson.From)]));
}
