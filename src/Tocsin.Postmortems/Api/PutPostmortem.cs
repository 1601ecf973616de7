using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Postmortems.Api;

internal static class PutPostmortem
{
    private const int BodyBytesMax = 1_024 * 1_024;

    public static void Map(RouteGroupBuilder api) => api.MapPut("/incidents/{id}/postmortem", Handle).RequireAuthorization(Permissions.Respond)
        .WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax)).WithTags("Postmortems").WithName("putPostmortem")
        .WithSummary("Saves answers and text. 409 with the saved version when somebody else saved in between; the same twice is saved once.");

    internal static async Task<Results<Ok<PostmortemJson>, NotFound, ValidationProblem, Conflict<ProblemDetails>>> Handle(IncidentId id,
        PostmortemRequest request, ClaimsPrincipal user, SavePostmortem save, PostmortemQueries queries, CancellationToken cancellation)
    {
        var edit = new PostmortemEdit(request.Version, request.Answers ?? [], request.Text);
        return await save.RunAsync(id, edit, user.Actor, cancellation) switch
        {
            SaveOutcome.Saved => TypedResults.Ok(PostmortemJson.From((await queries.FindAsync(id, cancellation))!)),
            SaveOutcome.Conflict conflict => TypedResults.Conflict(Changed(conflict.Current)),
            SaveOutcome.Refused refused => TypedResults.ValidationProblem(
                refused.Errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray()),
                title: "The request says something that cannot be kept."),
            _ => TypedResults.NotFound(),
        };
    }

    private static ProblemDetails Changed(Postmortem current) => new()
    {
        Status = StatusCodes.Status409Conflict,
        Title = "Somebody else saved in between.",
        Detail = $"Version {current.Version} is saved; bring the two together and send it with that version.",
        Extensions = { ["version"] = current.Version, ["answers"] = current.Answers, ["text"] = current.Edited },
    };
}
