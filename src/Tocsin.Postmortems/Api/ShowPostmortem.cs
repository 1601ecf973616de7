using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Postmortems.Api;

internal static class ShowPostmortem
{
    private const string Markdown = "text/markdown";

    public static void Map(RouteGroupBuilder api) => api.MapGet("/incidents/{id}/postmortem", Handle).RequireAuthorization(Permissions.Read)
        .WithTags("Postmortems").WithName("showPostmortem").WithSummary("The postmortem, drafted from the record: JSON, or Markdown when Accept asks for text/markdown.");

    /// <summary>The text alone, for people: <c>/postmortems/INC-42.md</c>.</summary>
    public static void MapText(IEndpointRouteBuilder app) =>
        app.MapGet("/postmortems/{id}.md", Text).RequireAuthorization(Permissions.Read).ExcludeFromDescription();

    internal static async Task<Results<Ok<PostmortemJson>, ContentHttpResult, NotFound>> Handle(
        IncidentId id, HttpRequest request, PostmortemQueries queries, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is not { } view) return TypedResults.NotFound();
        if (WantsMarkdown(request)) return TypedResults.Text(view.Markdown, $"{Markdown}; charset=utf-8");
        return TypedResults.Ok(PostmortemJson.From(view));
    }

    internal static async Task<Results<ContentHttpResult, NotFound>> Text(IncidentId id, PostmortemQueries queries, CancellationToken cancellation) =>
        await queries.FindAsync(id, cancellation) is { } view
            ? TypedResults.Text(view.Markdown, $"{Markdown}; charset=utf-8") : TypedResults.NotFound();

    // The first of the two that the caller prefers.
    private static bool WantsMarkdown(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault(type => type.MediaType.Value is Markdown or "application/json" or "*/*")
            ?.MediaType.Value == Markdown;
}
