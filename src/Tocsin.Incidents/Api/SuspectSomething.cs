using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class SuspectSomething
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/suspicions", Handle).RequireAuthorization(Permissions.Respond)
        .WithSummary("Says what somebody suspects and looks at. An open suspicion of the same words is answered again.").WithName("suspect");

    internal static async Task<Results<Ok<SuspicionJson>, NotFound, ValidationProblem>> Handle(IncidentId id, SuspectRequest request, ClaimsPrincipal user,
        Suspicions suspicions, IncidentQueries queries, IRevisions revisions, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is null) return TypedResults.NotFound();
        var catalog = revisions.Current.Catalog;
        ServiceKey? service = Keys.TryParse<ServiceKey>(request.Service, out var key) && catalog.Services.ContainsKey(key) ? key : null;
        if (service is null && request.Service is not null) return IncidentProblems.Invalid("service", $"'{request.Service}' is not a service of the configuration");
        ChangeId? change = ChangeId.TryParse(request.Change, null, out var number) ? number : null;
        if (change is null && request.Change is not null) return IncidentProblems.Invalid("change", $"'{request.Change}' is not a change; write such as CHG-3");
        if (!IncidentProblems.ReadWhen(request.When, request.Zone, catalog.Zone).TryGet(out var when, out var error) && error is not null)
        {
            return IncidentProblems.Invalid("when", error);
        }
        var suspect = Texts.OrNull(request.Suspect) ?? (service is { } known ? catalog.NameOf(known) : change?.ToString()) ?? "";
        return (await suspicions.SuspectAsync(id, suspect, service, change, user.Actor, when, cancellation)).TryGet(out var suspicion, out error)
            ? TypedResults.Ok(SuspicionJson.From(suspicion)) : IncidentProblems.Invalid("suspect", error);
    }
}
