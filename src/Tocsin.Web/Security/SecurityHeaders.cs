using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Web;

/// <summary>Headers that every answer carries; an endpoint that set one itself keeps its own.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // Everything comes from this server and nothing stands inline; frames only from here, for the demo's side-by-side page.
    private const string ContentPolicy =
        "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'; form-action 'self'";
    private const string Features = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(() =>
        {
            Add(http);
            return Task.CompletedTask;
        });
        return next(http);
    }

    private static void Add(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.TryAdd("Content-Security-Policy", ContentPolicy);
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("X-Frame-Options", "SAMEORIGIN");
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd("Permissions-Policy", Features);
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        if (http.Request.IsHttps) headers.TryAdd("Strict-Transport-Security", "max-age=31536000");
        if (!IsCacheable(http)) headers.CacheControl = "no-store";
    }

    // What needs a sign-in, or was shown to somebody signed in, is kept by nobody. Anonymous endpoints decide for themselves.
    private static bool IsCacheable(HttpContext http) =>
        http.Response.Headers.CacheControl.Count > 0 && http.Response.StatusCode < 400
            && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || http.Response.StatusCode == StatusCodes.Status304NotModified;
}
