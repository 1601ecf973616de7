using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Changes;

/// <summary><c>/targets</c> under the API's group: reading follows its policy, every act asks for <see cref="Permissions.Respond"/>.</summary>
internal static class TargetsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var targets = api.MapGroup("/targets").WithTags("Targets");
        targets.MapGet("", ListAsync).WithName("listTargets").WithSummary("Files that are changed under guard");
        targets.MapGet("/{key}", ShowAsync).WithName("showTarget").WithSummary("One target with its last changes");
        // Larger than other bodies: as JSON a content may be six times as long.
        Act(targets.MapPost("/{key}/changes", ProposeAsync).WithMetadata(new RequestSizeLimitAttribute(TargetModel.BytesMax * 7)), "changeTarget", "Change a target under guard",
            "It begins at once: validated, judged by the guards, written, watched, and confirmed or taken back. Ask for the change to learn what became of it.");
        Act(targets.MapPost("/{key}/rollback", RollBackAsync), "rollBackTarget", "Put back the last version that was proved healthy",
            "The validator runs, guards do not hold it up, and the watch proves it.");
        targets.MapGet("/{key}/changes/{id}", ChangeAsync).WithName("showTargetChange").WithSummary("One guarded change with its steps");
        Act(targets.MapPost("/{key}/changes/{id}/confirm", ConfirmAsync), "confirmTargetChange", "Confirm a change before its window is over",
            "It stays, and is not proved healthy by that.");
        Act(targets.MapPost("/{key}/changes/{id}/revert", RevertAsync), "revertTargetChange", "Take a change back that is not confirmed yet",
            "What was there before is written back and proved by the same checks.");
    }

    private static void Act(RouteHandlerBuilder route, string name, string summary, string description) =>
        route.RequireAuthorization(Permissions.Respond).WithName(name).WithSummary(summary).WithDescription(description);

    private static async Task<Ok<TargetList>> ListAsync(TargetQueries targets, CancellationToken cancellation) =>
        TypedResults.Ok(new TargetList([.. (await targets.AllAsync(cancellation)).Select(view => TargetJson.Of(view))]));

    private static async Task<Results<Ok<TargetJson>, NotFound>> ShowAsync(TargetKey key, TargetQueries targets, CancellationToken cancellation) =>
        await targets.FindAsync(key, cancellation) is { } view ? TypedResults.Ok(TargetJson.Of(view, await targets.ChangesAsync(key, cancellation))) : TypedResults.NotFound();

    private static async Task<Results<Ok<GuardedChangeJson>, NotFound>> ChangeAsync(TargetKey key, ChangeId id, TargetQueries targets, CancellationToken cancellation) =>
        await targets.ChangeAsync(id, cancellation) is { } view && view.Change.Target == key ? TypedResults.Ok(GuardedChangeJson.Of(view.Change, view.Steps)) : TypedResults.NotFound();

    private static async Task<Results<Accepted<GuardedChangeJson>, ProblemHttpResult>> ProposeAsync(
        TargetKey key, TargetChangeBody body, HttpContext http, GuardedChanges changes, TargetQueries targets, CancellationToken cancellation)
    {
        if (body.Content is null) return Problem(new ChangeAnswer(ChangeAnswerKind.Invalid, null, "content is missing: the whole file as text."));
        var reason = body.Who is { Length: > 0 } who ? $"{body.Reason ?? "no reason given"} (for {who})" : body.Reason;
        return await AnswerAsync(key, await changes.ProposeAsync(key, Encoding.UTF8.GetBytes(body.Content), reason, http.User.Actor, cancellation), http, targets, cancellation);
    }

    private static async Task<Results<Accepted<GuardedChangeJson>, ProblemHttpResult>> RollBackAsync(
        TargetKey key, RollBackBody? body, HttpContext http, GuardedChanges changes, TargetQueries targets, CancellationToken cancellation)
    {
        var incident = default(IncidentId);
        if (body?.Incident is { Length: > 0 } named && !IncidentId.TryParse(named, null, out incident))
            return Problem(new ChangeAnswer(ChangeAnswerKind.Invalid, null, "incident is not like INC-42."));
        var answer = await changes.RollBackAsync(key, incident.Value > 0 ? incident : null, body?.From is { Length: > 0 } from ? from : null, http.User.Actor, cancellation);
        return await AnswerAsync(key, answer, http, targets, cancellation);
    }

    private static async Task<Results<Accepted<GuardedChangeJson>, ProblemHttpResult>> ConfirmAsync(
        TargetKey key, ChangeId id, HttpContext http, GuardedChanges changes, TargetQueries targets, CancellationToken cancellation) =>
        await targets.ChangeAsync(id, cancellation) is not { } view || view.Change.Target != key ? NotThere(key, id)
            : await AnswerAsync(key, await changes.ConfirmAsync(id, http.User.Actor, cancellation), http, targets, cancellation);

    private static async Task<Results<Accepted<GuardedChangeJson>, ProblemHttpResult>> RevertAsync(
        TargetKey key, ChangeId id, HttpContext http, GuardedChanges changes, TargetQueries targets, CancellationToken cancellation) =>
        await targets.ChangeAsync(id, cancellation) is not { } view || view.Change.Target != key ? NotThere(key, id)
            : await AnswerAsync(key, await changes.RevertAsync(id, http.User.Actor, cancellation), http, targets, cancellation);

    private static async Task<Results<Accepted<GuardedChangeJson>, ProblemHttpResult>> AnswerAsync(
        TargetKey key, ChangeAnswer answer, HttpContext http, TargetQueries targets, CancellationToken cancellation)
    {
        if (answer.Kind != ChangeAnswerKind.Begun || answer.Change is not { } id) return Problem(answer);
        var view = await targets.ChangeAsync(id, cancellation);
        return TypedResults.Accepted($"/api/v1/targets/{key}/changes/{id}", GuardedChangeJson.Of(view!.Change, view.Steps));
    }

    private static ProblemHttpResult NotThere(TargetKey key, ChangeId id) => Problem(new ChangeAnswer(ChangeAnswerKind.Unknown, null, $"{key} has no change {id}."));

    private static ProblemHttpResult Problem(ChangeAnswer answer) => TypedResults.Problem(answer.Text, title: "Nothing was done.", statusCode: answer.Kind switch
    {
        ChangeAnswerKind.Unknown => StatusCodes.Status404NotFound,
        ChangeAnswerKind.Invalid => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status409Conflict,
    }, extensions: answer.Change is { } change ? new Dictionary<string, object?> { ["change"] = change.ToString() } : null);
}
