using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class DeclareIncident
{
    private const int BodyBytesMax = 4 * 1_024 * 1_024;

    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("", Handle).RequireAuthorization(Permissions.Respond)
        .WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax)).WithName("declareIncident")
        .WithSummary("Declares an incident that goes on, or writes up one that is over. Sent again with the same Idempotency-Key it answers the first one.");

    internal static async Task<Results<Created<IncidentJson>, ValidationProblem>> Handle(
        OutageRequest request, [FromHeader(Name = "Idempotency-Key")] string? requestKey, ClaimsPrincipal user, IncidentDeclaration declarations,
        IRevisions revisions, CancellationToken cancellation)
    {
        var reading = ToldOutageReader.Read(request.ToTold(), revisions.Current.Catalog.Zone, request.IsPast);
        if (reading.Declaration is not { } read) return IncidentProblems.Invalid(reading.Errors);
        var declaration = read with { RequestKey = requestKey };
        if (declarations.Check(declaration) is { Count: > 0 } errors) return IncidentProblems.Invalid(errors);
        var opened = request.IsPast
            ? await declarations.WriteUpAsync(declaration, user.Actor, cancellation)
            : await declarations.DeclareAsync(declaration, user.Actor, cancellation);
        return opened.TryGet(out var incident, out var error)
            ? TypedResults.Created($"/api/v1/incidents/{incident.Id}", IncidentJson.From(incident, revisions.Current.Catalog.Zone)) : IncidentProblems.Invalid("", error);
    }
}
