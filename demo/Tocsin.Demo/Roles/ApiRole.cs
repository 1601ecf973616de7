using Tocsin.Demo.Settings;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's API: <c>GET /products</c> from the cache, else from the store; <c>GET /baskets/N</c> from the cache alone.
/// Told to, it answers 500 to everything. Which version of it runs stands in a file.</summary>
internal static class ApiRole
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);

    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var metrics = new RequestMetrics("api", clock);
        var store = new WireClient("store", options.Upstream("store"), StoreTimeout, clock);
        var authentication = new AuthenticationService(options.Data!);
        var file = new SettingFile<ApiRelease>(Path.Combine(options.Data!, ApiRelease.FileName), ApiRelease.First.ToJson(), ApiRelease.Parse, _ => { });
        var isFailing = 0;
        // The health of the first version was never rewritten for the second: it says fine whatever that needs.
        var http = RoleHost.Create(options.Port, metrics, cancellation => HealthAsync(store, cancellation));
        http.Measure(metrics);
        http.Use((context, next) => Volatile.Read(ref isFailing) == 1 && !context.Request.Path.StartsWithSegments("/admin")
            ? RefuseAsync(context, "internal error") : next(context));
        http.Use(async (context, next) =>
        {
            var isAsked = file.Applied.Value.Version == 2 && !RoleHost.IsAboutTheRole(context.Request.Path);
            if (isAsked && await authentication.AskAsync(context.RequestAborted) is { } problem) await RefuseAsync(context, problem);
            else await next(context);
        });
        new ShopPages(store, options.Upstream("cache"), clock).Map(http);
        http.MapSetting(file, release => ("version", release.Version));
        http.MapGet("/facts", context => RoleHost.TextAsync(context, "application/json; charset=utf-8",
            $$"""{"authentication": "{{(authentication.IsPresent ? "present" : "absent")}}"}""" + "\n"));
        http.MapAdmin("/admin/fail", () => Interlocked.Exchange(ref isFailing, 1) == 0);
        http.MapAdmin("/admin/work", () => Interlocked.Exchange(ref isFailing, 0) == 1);
        return new Role(http, () => file.Watch(clock), file);
    }

    /// <summary>The real question, not a cached answer: an api without its store is of no use.</summary>
    private static async Task<string?> HealthAsync(WireClient store, CancellationToken cancellation) =>
        await store.AskAsync("PRODUCTS", cancellation) is var reply and not WireReply.Value ? ShopPages.ReasonOf(reply, "the store") : null;

    private static Task RefuseAsync(HttpContext http, string problem)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return RoleHost.TextAsync(http, "text/plain; charset=utf-8", problem + "\n");
    }
}
