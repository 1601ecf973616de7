using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Web;

namespace Tocsin.Changes.Webhooks;

/// <summary>What became of a delivery.</summary>
/// <param name="Result"><c>recorded</c>, <c>ignored</c> or <c>pong</c>.</param>
/// <param name="Change">Such as <c>CHG-3</c>; null when none was recorded.</param>
public sealed record HookJson(string Result, string? Change, string Text);

/// <summary><c>/hooks</c> under the API's group: anybody may call, and only what is genuine is believed.</summary>
internal static class HookEndpoints
{
    /// <summary>A push of 2,048 commits, the most that GitHub tells, with long messages.</summary>
    private const int BodyBytesMax = 4 * 1024 * 1024;

    public static void Map(RouteGroupBuilder api)
    {
        var hooks = api.MapGroup("/hooks").AllowAnonymous().PublicSurface().DisableAntiforgery().RequireRateLimiting(RateLimits.Hook).WithTags("Webhooks")
            .WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax + 1));
        hooks.MapPost("/github/{key}", (string key, HttpContext http, HookDesk desk) =>
            TakeAsync(HookSender.GitHub, key, "X-GitHub-Event", "X-Hub-Signature-256", http, desk)).WithName("gitHubWebhook")
            .WithSummary("A push of GitHub, signed; becomes a change");
        hooks.MapPost("/gitlab/{key}", (string key, HttpContext http, HookDesk desk) =>
            TakeAsync(HookSender.GitLab, key, "X-Gitlab-Event", "X-Gitlab-Token", http, desk)).WithName("gitLabWebhook")
            .WithSummary("A push of GitLab, with its secret token; becomes a change");
    }

    private static async Task<Results<Ok<HookJson>, Accepted<HookJson>, ProblemHttpResult>> TakeAsync(
        HookSender sender, string key, string eventHeader, string proofHeader, HttpContext http, HookDesk desk)
    {
        if (!http.Request.HasJsonContentType()) return Problem(StatusCodes.Status415UnsupportedMediaType, "Set the content type of the webhook to application/json.");
        if (await ReadAsync(http.Request, http.RequestAborted) is not { } body)
            return Problem(StatusCodes.Status413PayloadTooLarge, $"A delivery has at most {BodyBytesMax / 1024} kB.");
        var headers = http.Request.Headers;
        var answer = await desk.TakeAsync(new HookDelivery(sender, key, headers[eventHeader], headers[proofHeader], body), http.RequestAborted);
        return answer.Outcome switch
        {
            HookOutcome.Recorded => TypedResults.Ok(new HookJson("recorded", answer.Why, $"recorded as {answer.Why}")),
            HookOutcome.Pong => TypedResults.Ok(new HookJson("pong", null, answer.Why)),
            HookOutcome.Ignored => TypedResults.Accepted((string?)null, new HookJson("ignored", null, answer.Why)),
            HookOutcome.Refused => Problem(StatusCodes.Status401Unauthorized, "The signature or token is wrong, or there is no such webhook."),
            HookOutcome.Malformed => Problem(StatusCodes.Status400BadRequest, answer.Why),
            HookOutcome.NoSecret => Problem(StatusCodes.Status503ServiceUnavailable, "The secret of this webhook cannot be read; the log of the server says why."),
        };
    }

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <returns>The raw body; null when it is longer than allowed.</returns>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > BodyBytesMax) return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            if (body.Length + count > BodyBytesMax) return null;
            body.Write(buffer, 0, count);
        }
        return body.ToArray();
    }
}
