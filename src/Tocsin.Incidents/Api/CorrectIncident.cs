using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Api;

internal static class CorrectIncident
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPatch("/{id}", Handle)
        .Describe("correctIncident", "Corrects what is known; what the request leaves out stays.");

    internal static async Task<Results<Ok<IncidentJson>, NotFound, ValidationProblem>> Handle(
        [AsParameters] Act act, OutageRequest request, IncidentActions actions, IncidentQueries queries)
    {
        var (description, errors) = Read(request, act.Catalog);
        if (errors.Count > 0) return IncidentProblems.Invalid(errors);
        return await actions.DescribeAsync(act.Id, description, act.By, act.Cancellation) switch
        {
            null => TypedResults.NotFound(),
            { Count: > 0 } refused => IncidentProblems.Invalid(refused),
            _ => act.Answer((await queries.FindAsync(act.Id, act.Cancellation))!),
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
