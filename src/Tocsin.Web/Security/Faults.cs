using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web;

/// <summary>Turns what escaped an endpoint into a status; the pages of status codes say the rest. Details go to the log only.</summary>
internal sealed class Faults(RequestDelegate next, ILogger<Faults> log)
{
    private static readonly object IdKey = new();

    /// <summary>Identity under which the log has the details; null when nothing escaped.</summary>
    public static string? IdOf(HttpContext http) => http.Items.TryGetValue(IdKey, out var id) ? (string?)id : null;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The reader went away; 499 is what proxies log for it, and nobody sees it.
            if (!http.Response.HasStarted) http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException error) when (!http.Response.HasStarted)
        {
            Restart(http, error.StatusCode);
        }
        catch (StoreUnavailableException error) when (!http.Response.HasStarted)
        {
            Remember(http);
            log.LogError(error, "Request {ErrorId} to {Route} failed: the database is not available", IdOf(http), RequestLog.RouteOf(http));
            Restart(http, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            Remember(http);
            log.LogError(error, "Request {ErrorId} to {Route} failed: a bug", IdOf(http), RequestLog.RouteOf(http));
            Restart(http, StatusCodes.Status500InternalServerError);
        }
    }

    private static void Remember(HttpContext http) =>
        http.Items[IdKey] = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToString()[..12];

    private static void Restart(HttpContext http, int status)
    {
        http.Response.Clear();
        http.Response.StatusCode = status;
    }
}
