using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class ResolveIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/resolve", Handle).RequireAuthorization(Permissions.Respond)
        .WithSummary("Ends the incident. Doing it again is harmless; the first end stays.").WithName("resolveIncident");

    internal static async Task<Results<Ok<IncidentJson>, NotFound, ValidationProblem>> Handle(
        IncidentId id, ResolveRequest? request, ClaimsPrincipal user, IncidentActions actions, IRevisions revisions, CancellationToken cancellation)
    {
        if (request?.Note?.Length > Texts.NoteLengthMax)
        {
            return IncidentProblems.Invalid("note", Texts.TooLong(request.Note, "the note", Texts.NoteLengthMax));
        }
        var view = await actions.ResolveAsync(id, user.Actor, request?.Note, cancellation);
        return view.Incident is { } incident ? TypedResults.Ok(IncidentJson.From(incident, revisions.Current.Catalog.Zone)) : TypedResults.NotFound();
    }
}
