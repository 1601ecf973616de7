using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.StatusPages;

/// <summary>What the public is told about an incident.</summary>
/// <param name="Status"><c>investigating</c>, <c>identified</c>, <c>monitoring</c> or <c>resolved</c>.</param>
/// <param name="Text">Plain text, 1 to 2,000 characters.</param>
public sealed record StatusUpdateBody(string? Status, string? Text);

/// <summary><c>/incidents/{id}/status-updates</c> under the API's group.</summary>
public static class StatusUpdatesApi
{
    /// <param name="api">The group of <c>/api/v1</c>: posting asks for <see cref="Permissions.Respond"/>.</param>
    public static void MapStatusUpdates(this RouteGroupBuilder api)
    {
        api.MapPost("/incidents/{id}/status-updates", PostAsync).RequireAuthorization(Permissions.Respond)
            .WithName("PostStatusUpdate").WithSummary("Tell the public how far the work on an incident is");
        api.MapGet("/incidents/{id}/status-updates", ListAsync).WithName("ListStatusUpdates").WithSummary("What the public was told, oldest first");
    }

    private static async Task<Results<Created<UpdateJson>, ProblemHttpResult, NotFound>> PostAsync(
        HttpContext http, string id, StatusUpdateBody body, StatusUpdates updates, CancellationToken cancellation)
    {
        if (!IncidentId.TryParse(id, null, out var incident) || await updates.CanPostAsync(incident, cancellation) is null) return TypedResults.NotFound();
        var posted = await updates.PostAsync(incident, body.Status ?? "", body.Text ?? "", http.User.Actor, cancellation);
        return posted.TryGet(out var update, out var error)
            ? TypedResults.Created(PublicPaths.Of(incident), Shown(update))
            : TypedResults.Problem(error, statusCode: StatusCodes.Status400BadRequest, title: "The update was not published.");
    }

    private static async Task<Results<Ok<IReadOnlyList<UpdateJson>>, NotFound>> ListAsync(string id, StatusUpdates updates, CancellationToken cancellation) =>
        IncidentId.TryParse(id, null, out var incident) && await updates.CanPostAsync(incident, cancellation) is not null
            ? TypedResults.Ok<IReadOnlyList<UpdateJson>>([.. (await updates.OfAsync(incident, cancellation)).Select(Shown)])
            : TypedResults.NotFound();

    private static UpdateJson Shown(StatusUpdate update) => new(update.At, update.Status.Word, update.Text);
}
