using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Tocsin.Web;

/// <summary>One line for each request: method, route template, status, time. Never a path, a query or a header: a path may hold a token.</summary>
internal sealed class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> log)
{
    private static readonly object RouteKey = new();

    /// <summary>Template of the endpoint, such as <c>/ack/{token}</c>.</summary>
    public static string RouteOf(HttpContext http) => http.Items.TryGetValue(RouteKey, out var kept) ? (string)kept!
        : http.GetEndpoint() is RouteEndpoint endpoint ? endpoint.RoutePattern.RawText ?? "(unnamed)" : "(no route)";

    /// <summary>Keeps the first route, before an error page is rendered in the same request.</summary>
    public static Task KeepRoute(HttpContext http, RequestDelegate next)
    {
        http.Items.TryAdd(RouteKey, RouteOf(http));
        return next(http);
    }

    public async Task InvokeAsync(HttpContext http)
    {
        var started = clock.GetTimestamp();
        try { await next(http); }
        finally
        {
            var status = http.Response.StatusCode;
            log.Log(LevelOf(http, status), "{Method} {Route} {Status} in {ElapsedMs} ms",
                MethodOf(http), RouteOf(http), status, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    // Reading is most of the traffic and changes nothing.
    private static LogLevel LevelOf(HttpContext http, int status) => status >= 500 ? LogLevel.Warning
        : HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? LogLevel.Debug : LogLevel.Information;

    // A method is free text of the sender; only the known ones are worth a word.
    private static string MethodOf(HttpContext http) => http.Request.Method is
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? http.Request.Method : "other";
}
