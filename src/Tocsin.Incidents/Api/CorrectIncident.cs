using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

internal static class CorrectIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPatch("/{id}", Handle).RequireAuthorization(Permissions.Respond)
        .WithSummary("Corrects what is known; what the request leaves out stays.").WithName("correctIncident");

    internal static async Task<Results<Ok<IncidentJson>, NotFound, ValidationProblem>> Handle(IncidentId id, OutageRequest request, ClaimsPrincipal user,
        IncidentActions actions, IncidentQueries queries, IRevisions revisions, CancellationToken cancellation)
    {
        var (description, errors) = Read(request, revisions.Current.Catalog);
        if (errors.Count > 0) return IncidentProblems.Invalid(errors);
        return await actions.DescribeAsync(id, description, user.Actor, cancellation) switch
        {
            null => TypedResults.NotFound(),
            { Count: > 0 } refused => IncidentProblems.Invalid(refused),
            _ => TypedResults.Ok(IncidentJson.From((await queries.FindAsync(id, cancellation))!, revisions.Current.Catalog.Zone)),
        };
    }

    private static (IncidentDescription Description, List<FieldError> Errors) Read(OutageRequest request, CatalogModel catalog)
    {
        var errors = new List<FieldError>();
        var told = request.ToTold();
        var severity = request.Severity is null ? null : (Severity?)Take("severity", ToldOutageReader.ReadSeverity(request.Severity));
        var started = Take("started", IncidentProblems.ReadWhen(request.Started, request.Zone, catalog.Zone));
        var ended = Take("ended", IncidentProblems.ReadWhen(request.Ended, request.Zone, catalog.Zone));
        if (request.Entries is { Count: > 0 }) errors.Add(new("entries", "entries are added by POST to /notes"));
        return (new IncidentDescription
        {
            Title = request.Title,
            Severity = severity,
            Services = request.Services is { } names ? [.. names.Select(name => ServiceNames.Resolve(name, catalog)).DistinctBy(service => service.Key)] : null,
            Started = started,
            Ended = ended,
            Impact = ToldOutageReader.ReadImpact(told, errors),
            Cause = request.Cause,
        }, errors);

        T? Take<T>(string field, Parsed<T> parsed)
        {
            if (parsed.TryGet(out var value, out var error)) return value;
            errors.Add(new(field, error));
            return default;
        }
    }
}
