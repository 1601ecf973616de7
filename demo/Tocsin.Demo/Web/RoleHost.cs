using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tocsin.Demo.Web;

/// <summary>The HTTP side that every role has: loopback only, <c>/healthz</c>, <c>/metrics</c>.</summary>
internal static class RoleHost
{
    /// <param name="health">Null when the role can do its work now, else why not, for people.</param>
    /// <param name="more">Further metrics of the role, in the same format; null for none.</param>
    public static WebApplication Create(
        int port, RequestMetrics metrics, Func<CancellationToken, Task<string?>> health, Func<string>? more = null)
    {
        // The empty builder reads no files and watches none: a role starts in a fraction of a second.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, port));
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var app = builder.Build();
        app.MapGet("/healthz", async (HttpContext http) =>
        {
            var problem = await health(http.RequestAborted);
            http.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await TextAsync(http, "text/plain; charset=utf-8", problem is null ? "ok\n" : problem + "\n");
        });
        app.MapGet("/metrics", (HttpContext http) => TextAsync(http, "text/plain; version=0.0.4; charset=utf-8",
            metrics.ToPrometheus() + more?.Invoke()));
        return app;
    }

    /// <summary>Counts every request except the questions about the role itself, and files that come with a page.</summary>
    public static void Measure(this WebApplication app, RequestMetrics metrics) => app.Use(async (http, next) =>
    {
        if (IsAboutTheRole(http.Request.Path) || IsAsset(http.Request.Path)) { await next(http); return; }
        var started = metrics.Start();
        try { await next(http); }
        finally { metrics.Finish(started, http.Response.StatusCode >= 500); }
    });

    /// <summary>A fault that the supervisor may switch.</summary>
    public static void MapAdmin(this WebApplication app, string path, Func<bool> change) => app.MapPost(path, (HttpContext http) =>
        RefusesBrowser(http) ? Task.CompletedTask : TextAsync(http, "text/plain; charset=utf-8", change() ? "changed\n" : "unchanged\n"));

    /// <summary>Browsers send Origin with every POST, and none is wanted here.</summary>
    /// <returns>Whether the request is answered with that.</returns>
    public static bool RefusesBrowser(HttpContext http)
    {
        if (http.Request.Headers.Origin.Count == 0) return false;
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return true;
    }

    public static bool IsAboutTheRole(PathString path) => path.Value?.Split('/') is ["", var first, ..]
        && first is "admin" or "applied" or "facts" or "healthz" or "metrics" or "reload";

    private static bool IsAsset(PathString path) => path.Value is "/shop.css" or "/shop.js";

    public static Task TextAsync(HttpContext http, string type, string text)
    {
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(text, Encoding.UTF8, http.RequestAborted);
    }

    /// <summary>Text of a file that was built into the program.</summary>
    public static string Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the build left out {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Limit(KestrelServerOptions kestrel, int port)
    {
        kestrel.Listen(IPAddress.Loopback, port);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 16 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 512;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }
}
