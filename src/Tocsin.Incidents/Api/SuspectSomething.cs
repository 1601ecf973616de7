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
        var (service, change) = Recognise(request, catalog);
        if (service is null && request.Service is not null) return IncidentProblems.Invalid("service", $"'{request.Service}' is not a service of the configuration");
        if (change is null && request.Change is not null) return IncidentProblems.Invalid("change", $"'{request.Change}' is not a change; write such as CHG-3");
        if (!IncidentProblems.ReadWhen(request.At, request.Zone, catalog.Zone).TryGet(out var when, out var error) && error is not null)
        {
            return IncidentProblems.Invalid("at", error);
        }
        var suspect = Texts.OrNull(request.Suspect) ?? (service is { } known ? catalog.NameOf(known) : change?.ToString()) ?? "";
        return (await suspicions.SuspectAsync(id, suspect, service, change, user.Actor, when, cancellation)).TryGet(out var suspicion, out error)
            ? TypedResults.Ok(SuspicionJson.From(suspicion)) : IncidentProblems.Invalid("suspect", error);
    }

    private static (ServiceKey? Service, ChangeId? Change) Recognise(SuspectRequest request, CatalogModel catalog)
    {
        var named = Texts.OrNull(request.Service ?? request.Suspect);
        var service = named is null ? null : catalog.Services.Values.FirstOrDefault(known =>
            string.Equals(known.Key.Value, named, StringComparison.OrdinalIgnoreCase) || string.Equals(known.Name, named, StringComparison.OrdinalIgnoreCase));
        var text = request.Change ?? (request.Suspect?.StartsWith(ChangeId.Prefix, StringComparison.OrdinalIgnoreCase) == true ? request.Suspect : null);
        return (service?.Key, ChangeId.TryParse(text?.Trim(), null, out var change) ? change : null);
    }
}
