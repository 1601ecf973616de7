using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class RuleOut
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/suspicions/{number:int}/rule-out", Handle)
        .RequireAuthorization(Permissions.Respond).WithName("ruleOut")
        .WithSummary("Ends a suspicion: it was not that, and why. Doing it again is harmless; the first reason stays.");

    internal static async Task<Results<Ok<SuspicionJson>, NotFound, ValidationProblem>> Handle(IncidentId id, int number, RuleOutRequest request,
        ClaimsPrincipal user, Suspicions suspicions, IncidentQueries queries, IRevisions revisions, CancellationToken cancellation)
    {
        if ((await queries.SuspicionsAsync(id, cancellation)).All(known => known.Number != number)) return TypedResults.NotFound();
        if (!IncidentProblems.ReadWhen(request.At, request.Zone, revisions.Current.Catalog.Zone).TryGet(out var when, out var error) && error is not null)
        {
            return IncidentProblems.Invalid("at", error);
        }
        return (await suspicions.RuleOutAsync(id, number, request.Because ?? "", user.Actor, when, cancellation)).TryGet(out var ended, out error)
            ? TypedResults.Ok(SuspicionJson.From(ended)) : IncidentProblems.Invalid("because", error);
    }
}
