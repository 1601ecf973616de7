using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Tocsin.Demo.Observing;

namespace Tocsin.Demo;

/// <summary>The page <c>/demo</c> and what it stands on. For callers on this machine only.</summary>
internal static class DemoEndpoints
{
    private const int MailsShown = 30;

    public static void Map(IEndpointRouteBuilder app, DemoStage stage)
    {
        var shop = stage.Shop;
        // No cookie stands behind these: there is nothing that antiforgery could protect and the door does not.
        var demo = app.MapGroup("/demo").AddEndpointFilter(DemoDoor.Guard).AllowAnonymous().DisableAntiforgery().DisableRateLimiting()
            .ExcludeFromDescription();
        demo.MapGet("", (HttpContext http, string? said) => ShowAsync(http, stage, said));
        demo.MapPost("/break/{fault}", async (HttpContext http, string fault) => Answer(http, await stage.BreakAsync(fault, http.RequestAborted)));
        demo.MapPost("/mend/{fault}", async (HttpContext http, string fault) => Answer(http, await stage.MendAsync(fault, http.RequestAborted)));
        demo.MapGet("/mailbox", (HttpResponse response, CancellationToken cancellation) => MailboxAsync(response, shop, cancellation));
        demo.MapGet("/mails/{key}", async (HttpContext http, string key) => await MailAsync(http, shop, key));
        demo.MapGet("/token", async (HttpResponse response, CancellationToken cancellation) =>
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Text(await stage.Token(cancellation));
        });
        demo.MapGet("/demo.css", () => TypedResults.Text(Embedded("demo.css"), "text/css"));
        demo.MapGet("/demo.js", () => TypedResults.Text(Embedded("demo.js"), "text/javascript"));
    }

    private static async Task<RazorComponentResult<DemoPage>> ShowAsync(HttpContext http, DemoStage stage, string? said)
    {
        var shop = stage.Shop;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
            + $"frame-src 'self' {shop.StorefrontUrl.GetLeftPart(UriPartial.Authority)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        return new RazorComponentResult<DemoPage>(new Dictionary<string, object?>
        {
            [nameof(DemoPage.Shop)] = shop,
            [nameof(DemoPage.Observed)] = (Func<string, OutageTimes?>)stage.Observed,
            [nameof(DemoPage.Mails)] = await DemoMailbox.ReadNewestAsync(shop, MailsShown, http.RequestAborted),
            [nameof(DemoPage.Said)] = DemoOutcome.FromQuery(said),
        });
    }

    private static IResult Answer(HttpContext http, DemoOutcome outcome)
    {
        var isForm = http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (isForm) return new SeeOther($"/demo?said={Uri.EscapeDataString(outcome.ToQuery())}");
        return TypedResults.Json(new { fault = outcome.Fault, outcome = outcome.Word, text = outcome.Text }, statusCode: outcome.Status);
    }

    private static async Task<IResult> MailboxAsync(HttpResponse response, DemoShop shop, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-store";
        return await DemoMailbox.ReadJsonAsync(shop, cancellation) is { } json
            ? TypedResults.Text(json, "application/json")
            : TypedResults.Text("the demo's mailbox does not answer\n", statusCode: StatusCodes.Status502BadGateway);
    }

    /// <summary>A mail brings its styles inside and is shut in: no script, no form, nothing loaded, nothing of this site.</summary>
    private static async Task<IResult> MailAsync(HttpContext http, DemoShop shop, string key)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
            + "sandbox allow-popups allow-popups-to-escape-sandbox";
        return await DemoMailbox.HtmlOfAsync(shop, key, MailsShown, http.RequestAborted) is { } html
            ? TypedResults.Text(html, "text/html") : TypedResults.NotFound();
    }

    private static string Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"demo/{name}")
            ?? throw new InvalidOperationException($"the build left out {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>303: a form was taken, the page is to be fetched anew (RFC 9110 15.4.4).</summary>
    private sealed class SeeOther(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
