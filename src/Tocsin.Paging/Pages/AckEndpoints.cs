using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Paging.Delivery;
using Tocsin.Web;

namespace Tocsin.Paging.Pages;

/// <summary>The acknowledge links of pages and of self-tests. A GET shows and changes nothing, because mail scanners follow links; a POST takes the incident.</summary>
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
        ack.MapGet("/test/{token}", async (string token, SelfTests tests, HttpContext http) =>
            Show(await tests.LookAsync(token, http.RequestAborted), isTap: false, http));
        ack.MapPost("/test/{token}", async (string token, SelfTests tests, HttpContext http) =>
            Show(await tests.AcknowledgeAsync(token, http.RequestAborted), isTap: true, http));
    }

    private static void Seal(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The token stands in the address: nothing that this page leads to may learn it.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
    }

    private static RazorComponentResult<TestAckPage> Show(SelfTest? test, bool isTap, HttpContext http)
    {
        Seal(http);
        return new RazorComponentResult<TestAckPage>(new { Test = test, IsTap = isTap })
        {
            StatusCode = test is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK,
        };
    }

    private static RazorComponentResult<AckPage> Show(AckView view, IRevisions revisions, TimeProvider clock, HttpContext http)
    {
        Seal(http);
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
