using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Api;

internal static class AddNote
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/notes", Handle)
        .Describe("addNote", "Adds a row to the story; it may be dated in the past.");

    internal static async Task<Results<Ok<NotedJson>, NotFound, ValidationProblem>> Handle(
        [AsParameters] Act act, NoteRequest request, IncidentActions actions)
    {
        var kind = string.IsNullOrWhiteSpace(request.Kind) ? TimelineKind.Note : TimelineKinds.Read(request.Kind);
        if (!kind.TryGet(out var read, out var error)) return IncidentProblems.Invalid("kind", error);
        if (act.Read(request.At, request.Zone, out var when) is { } wrong) return wrong;
        var noted = await actions.NoteAsync(act.Id, read, request.Text ?? "", when, act.By, act.Cancellation);
        if (!noted.TryGet(out var isThere, out error)) return IncidentProblems.Invalid("text", error);
        return isThere ? TypedResults.Ok(new NotedJson(act.Id.ToString(), TimelineKinds.Word(read), request.Text!.Trim())) : TypedResults.NotFound();
    }
}

/// <summary>The row that was added.</summary>
public sealed record NotedJson(string Incident, string Kind, string Text);
