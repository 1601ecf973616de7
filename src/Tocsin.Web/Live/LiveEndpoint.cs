using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Tocsin.Web;

/// <summary>The stream that says "changed": server-sent events, at most two a second for each page.</summary>
internal static class LiveEndpoint
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    // Proxies close silent connections, often after 30 to 60 s.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    // Then the page connects again, which checks the session again.
    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(10);

    public static void MapLive(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/live", Stream).RequireAuthorization(Permissions.Read).ExcludeFromDescription();

    private static async Task Stream(HttpContext http, LiveHub hub, TimeProvider clock, IHostApplicationLifetime host)
    {
        using var subscription = hub.Subscribe(SinceOf(http));
        if (subscription is null)
        {
            http.Response.Headers.RetryAfter = "30";
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        Open(http);
        using var life = new CancellationTokenSource(LifeMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping, life.Token);
        try { await SendAsync(http, hub, subscription, clock, either.Token); }
        catch (OperationCanceledException) { /* the page was closed, the server stops, or the life is over */ }
    }

    private static async Task SendAsync(
        HttpContext http, LiveHub hub, LiveSubscription subscription, TimeProvider clock, CancellationToken cancellation)
    {
        await WriteAsync(http, "retry: 2000\n\n", cancellation);
        while (true)
        {
            await subscription.Signal.WaitAsync(KeepAlive, clock, cancellation);
            // Read before the topics are taken: a change in between is then told again, with its own identity.
            var id = hub.Id;
            var topics = subscription.Take();
            if (topics.Count == 0)
            {
                // The comment keeps proxies awake; scripts do not see comments, so the page hears a beat.
                await WriteAsync(http, ": still here\nevent: beat\ndata: .\n\n", cancellation);
                continue;
            }
            await WriteAsync(http, $"id: {id}\nevent: changed\ndata: {string.Join(' ', topics)}\n\n", cancellation);
            await Task.Delay(Pause, clock, cancellation);
        }
    }

    // A browser names the last event it saw when it connects again; on first connecting the script names the state of its page.
    private static string? SinceOf(HttpContext http) => http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
        ? last : http.Request.Query["since"].ToString();

    private static void Open(HttpContext http)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private static async Task WriteAsync(HttpContext http, string text, CancellationToken cancellation)
    {
        await http.Response.WriteAsync(text, cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }
}
