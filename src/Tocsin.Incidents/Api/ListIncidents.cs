using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class ListIncidents
{
    private const int LimitDefault = 100, LimitMax = 1_000;

    public static void Map(RouteGroupBuilder incidents) => incidents.MapGet("", Handle).RequireAuthorization(Permissions.Read)
        .WithSummary("Incidents, newest start first.").WithName("listIncidents");

    /// <param name="state"><c>open</c> (not resolved), <c>resolved</c> or <c>all</c>; default <c>all</c>.</param>
    internal static async Task<Results<Ok<IncidentListJson>, ValidationProblem>> Handle(
        IncidentQueries queries, IRevisions revisions, CancellationToken cancellation, string? state = null, int limit = LimitDefault)
    {
        if (limit is < 1 or > LimitMax) return IncidentProblems.Invalid("limit", $"is {limit}; give 1 to {LimitMax}");
        var zone = revisions.Current.Catalog.Zone;
        switch (state)
        {
            case "open":
                return Answer((await queries.OpenAsync(cancellation)).Take(limit), zone);
            case "resolved":
                return Answer((await queries.ListAsync(new IncidentFilter(IsOver: true), 1, limit, cancellation)).Rows, zone);
            case null or "" or "all":
                return Answer(await queries.RecentAsync(limit, cancellation), zone);
            default:
                return IncidentProblems.Invalid("state", $"'{state}' is not a state; give open, resolved or all");
        }
    }

    private static Ok<IncidentListJson> Answer(IEnumerable<Incident> incidents, string zone) =>
        TypedResults.Ok(new IncidentListJson([.. incidents.Select(incident => IncidentJson.From(incident, zone))]));
}
