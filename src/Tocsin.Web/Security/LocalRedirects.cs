using Microsoft.AspNetCore.Http;

namespace Tocsin.Web;

/// <summary>A redirect within this server names a path and no host: what a proxy calls this server is not what people call it.</summary>
internal sealed class LocalRedirects(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(() =>
        {
            var (request, headers) = (http.Request, http.Response.Headers);
            var here = $"{request.Scheme}://{request.Host.Value}/";
            if (headers.Location.ToString() is var location && location.StartsWith(here, StringComparison.OrdinalIgnoreCase))
                headers.Location = "/" + location[here.Length..].TrimStart('/', '\\');
            return Task.CompletedTask;
        });
        return next(http);
    }
}
