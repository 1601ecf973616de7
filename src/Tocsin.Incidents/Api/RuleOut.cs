using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Tocsin.Incidents.Api;

internal static class RuleOut
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/suspicions/{number:int}/rule-out", Handle)
        .Describe("ruleOut", "Ends a suspicion: it was not that, and why. Doing it again is harmless; the first reason stays.");

    internal static async Task<Results<Ok<SuspicionJson>, NotFound, ValidationProblem>> Handle(
        [AsParameters] Act act, int number, RuleOutRequest request, Suspicions suspicions, IncidentQueries queries)
    {
        if ((await queries.SuspicionsAsync(act.Id, act.Cancellation)).All(known => known.Number != number)) return TypedResults.NotFound();
        if (act.Read(request.At, request.Zone, out var when) is { } wrong) return wrong;
        var ended = await suspicions.RuleOutAsync(act.Id, number, request.Because ?? "", act.By, when, act.Cancellation);
        return ended.TryGet(out var suspicion, out var error)
            ? TypedResults.Ok(SuspicionJson.From(suspicion)) : IncidentProblems.Invalid("because", error);
    }
}
