using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Web;

/// <summary>Marks what also answers on the public listener: status page, acknowledge links, heartbeats.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class PublicSurfaceAttribute : Attribute;

public static class PublicSurfaceExtensions
{
    /// <summary>Lets an endpoint answer on the public listener too. It still needs its own permission or <c>AllowAnonymous</c>.</summary>
    public static TBuilder PublicSurface<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new PublicSurfaceAttribute());
}

/// <summary>On the public listener nothing answers but what is marked.</summary>
internal sealed class PublicListenerGate(RequestDelegate next, WebOptions options)
{
    public Task InvokeAsync(HttpContext http)
    {
        var isHidden = http.Connection.LocalPort == options.PublicPort
            && http.GetEndpoint()?.Metadata.GetMetadata<PublicSurfaceAttribute>() is null;
        if (!isHidden) return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("Nothing is here.\n", http.RequestAborted);
    }
}
