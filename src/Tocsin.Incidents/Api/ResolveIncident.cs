using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Tocsin.Incidents.Api;

internal static class ResolveIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/resolve", Handle)
        .Describe("resolveIncident", "Ends the incident. Doing it again is harmless; the first end stays.");

    internal static async Task<Results<Ok<IncidentJson>, NotFound, ValidationProblem>> Handle(
        [AsParameters] Act act, ResolveRequest? request, IncidentActions actions)
    {
        if (request?.Note?.Length > Texts.NoteLengthMax)
        {
            return IncidentProblems.Invalid("note", Texts.TooLong(request.Note, "the note", Texts.NoteLengthMax));
        }
        var view = await actions.ResolveAsync(act.Id, act.By, request?.Note, act.Cancellation);
        return view.Incident is { } incident ? act.Answer(incident) : TypedResults.NotFound();
    }
}
