using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Paging.Delivery;
using Tocsin.Web;

namespace Tocsin.Paging.Pages;

/// <summary>The acknowledge link. A GET shows and changes nothing, because mail scanners follow links; a POST takes the incident.</summary>
internal static class AckEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var ack = app.MapGroup("/ack").AllowAnonymous().PublicSurface().DisableAntiforgery().RequireRateLimiting(RateLimits.Acknowledge)
            .ExcludeFromDescription();
        ack.MapGet("/{token}", async (string token, AckDesk desk, IRevisions revisions, TimeProvider clock, HttpContext http) =>
            Show(await desk.LookAsync(token, http.RequestAborted), revisions, clock, http));
        ack.MapPost("/{token}", async (string token, AckDesk desk, IRevisions revisions, TimeProvider clock, HttpContext http) =>
            Show(await desk.TakeAsync(token, http.RequestAborted), revisions, clock, http));
    }

    private static RazorComponentResult<AckPage> Show(AckView view, IRevisions revisions, TimeProvider clock, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The token stands in the address: nothing that this page leads to may learn it.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return new RazorComponentResult<AckPage>(new
        {
            View = view,
            TakenBy = view.Incident?.AckedBy is { } by ? revisions.Current.Catalog.NameOf(by) : "",
            Now = clock.GetUtcNow(),
        })
        {
            StatusCode = view.State == AckState.NotGenuine ? StatusCodes.Status404NotFound : StatusCodes.Status200OK,
        };
    }
}
