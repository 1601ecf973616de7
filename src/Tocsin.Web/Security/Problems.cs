using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Tocsin.Web;

/// <summary>Errors as programs read them: RFC 9457.</summary>
public static class Problems
{
    private const string ContentType = "application/problem+json";

    /// <summary>Ends a request with a problem document.</summary>
    /// <param name="detail">What is wrong and what to do, for people; null when the status says it all.</param>
    public static Task WriteAsync(HttpContext http, int status, string? detail = null)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
        if (Faults.IdOf(http) is { } id) problem.Extensions["errorId"] = id;
        return http.Response.WriteAsJsonAsync(problem, JsonSerializerOptions.Web, ContentType, http.RequestAborted);
    }

    /// <summary>Whether a program asks: then no page, no redirect.</summary>
    internal static bool IsForPrograms(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || Accounts.BearerHandler.IsPresent(http);
}
