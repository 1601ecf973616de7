using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.Incidents.Api;

internal static class SuspectSomething
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/suspicions", Handle)
        .Describe("suspect", "Says what somebody suspects and looks at. An open suspicion of the same words is answered again.");

    internal static async Task<Results<Ok<SuspicionJson>, NotFound, ValidationProblem>> Handle(
        [AsParameters] Act act, SuspectRequest request, Suspicions suspicions, IncidentQueries queries)
    {
        if (await queries.FindAsync(act.Id, act.Cancellation) is null) return TypedResults.NotFound();
        var (service, change) = Recognise(request, act.Catalog);
        if (service is null && request.Service is not null)
            return IncidentProblems.Invalid("service", $"'{request.Service}' is not a service of the configuration");
        if (change is null && request.Change is not null)
            return IncidentProblems.Invalid("change", $"'{request.Change}' is not a change; write such as CHG-3");
        if (act.Read(request.At, request.Zone, out var when) is { } wrong) return wrong;
        var suspect = Texts.OrNull(request.Suspect) ?? (service is { } known ? act.Catalog.NameOf(known) : change?.ToString()) ?? "";
        var suspected = await suspicions.SuspectAsync(act.Id, suspect, service, change, act.By, when, act.Cancellation);
        return suspected.TryGet(out var suspicion, out var error)
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
