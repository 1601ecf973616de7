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

internal static class AddNote
{
    public static void Map(RouteGroupBuilder incidents) => incidents.MapPost("/{id}/notes", Handle).RequireAuthorization(Permissions.Respond)
        .WithSummary("Adds a row to the story; it may be dated in the past.").WithName("addNote");

    internal static async Task<Results<Ok<NotedJson>, NotFound, ValidationProblem>> Handle(IncidentId id, NoteRequest request, ClaimsPrincipal user,
        IncidentActions actions, IRevisions revisions, CancellationToken cancellation)
    {
        var kind = string.IsNullOrWhiteSpace(request.Kind) ? TimelineKind.Note : TimelineKinds.Read(request.Kind);
        if (!kind.TryGet(out var read, out var error)) return IncidentProblems.Invalid("kind", error);
        if (!IncidentProblems.ReadWhen(request.At, request.Zone, revisions.Current.Catalog.Zone).TryGet(out var when, out error) && error is not null)
        {
            return IncidentProblems.Invalid("at", error);
        }
        var noted = await actions.NoteAsync(id, read, request.Text ?? "", when, user.Actor, cancellation);
        if (!noted.TryGet(out var isThere, out error)) return IncidentProblems.Invalid("text", error);
        return isThere ? TypedResults.Ok(new NotedJson(id.ToString(), TimelineKinds.Word(read), request.Text!.Trim())) : TypedResults.NotFound();
    }
}

/// <summary>The row that was added.</summary>
public sealed record NotedJson(string Incident, string Kind, string Text);
