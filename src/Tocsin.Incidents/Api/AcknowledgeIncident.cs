using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class AcknowledgeIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/ack", Handle).RequireAuthorization(Permissions.Respond)
        .WithSummary("Takes the incident. Doing it again is harmless; the first one stays.").WithName("acknowledgeIncident");

    internal static async Task<Results<Ok<IncidentJson>, NotFound, Conflict<ProblemDetails>>> Handle(
        IncidentId id, ClaimsPrincipal user, IncidentActions actions, IRevisions revisions, CancellationToken cancellation)
    {
        if (user.PersonKey is not { } person) return TypedResults.Conflict(IncidentProblems.NeedsAPerson());
        var view = await actions.AcknowledgeAsync(id, person, "API", cancellation: cancellation);
        return view.Reason switch
        {
            IncidentReason.Acknowledged or IncidentReason.AlreadyAcknowledged => TypedResults.Ok(IncidentJson.From(view.Incident!, revisions.Current.Catalog.Zone)), // the wish holds
            IncidentReason.AlreadyResolved => TypedResults.Conflict(IncidentProblems.AlreadyResolved(view.Incident!)),
            IncidentReason.Unknown => TypedResults.NotFound(),
            IncidentReason.Resolved or IncidentReason.Recovered or IncidentReason.Joined or IncidentReason.Reopened or IncidentReason.StillQuieting
                or IncidentReason.NothingToDo => throw new UnreachableException($"an acknowledge answered {view.Reason}"),
        };
    }
}
