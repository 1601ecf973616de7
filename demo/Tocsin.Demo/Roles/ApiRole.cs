using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's API: <c>GET /products</c> from the cache, else from the store. Told to, it answers 500 to everything.</summary>
internal static class ApiRole
{
    /// <summary>A cache that needs longer than this is slower than the store.</summary>
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1);
    /// <summary>Seconds for which the shop may show a product that is gone.</summary>
    private const int CacheSeconds = 2;

    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var metrics = new RequestMetrics("api", clock);
        var store = new WireClient("store", options.Upstream("store"), StoreTimeout, clock);
        var cache = new WireClient("cache", options.Upstream("cache"), CacheTimeout, clock);
        var isFailing = 0;
        var http = RoleHost.Create(options.Port, metrics, cancellation => HealthAsync(store, cancellation));
        http.Measure(metrics);
        http.Use((context, next) => Volatile.Read(ref isFailing) == 1 && !context.Request.Path.StartsWithSegments("/admin")
            ? RefuseAsync(context) : next(context));
        http.MapGet("/products", context => ProductsAsync(context, store, cache));
        http.MapAdmin("/admin/fail", () => Interlocked.Exchange(ref isFailing, 1) == 0);
        http.MapAdmin("/admin/work", () => Interlocked.Exchange(ref isFailing, 0) == 1);
        return new Role(http);
    }

    /// <summary>The real question, not a cached answer: an api without its store is of no use.</summary>
    private static async Task<string?> HealthAsync(WireClient store, CancellationToken cancellation) =>
        await store.AskAsync("PRODUCTS", cancellation) switch
        {
            WireReply.Value => null,
            WireReply.Refused refused => refused.Reason,
            WireReply.Unreachable unreachable => unreachable.Reason,
            _ => "the store answered something else than products",
        };

    private static async Task ProductsAsync(HttpContext http, WireClient store, WireClient cache)
    {
        var cancellation = http.RequestAborted;
        if (await cache.AskAsync("GET products", cancellation) is WireReply.Value cached)
        {
            await RoleHost.TextAsync(http, "application/json; charset=utf-8", cached.Text);
            return;
        }
        var reply = await store.AskAsync("PRODUCTS", cancellation);
        if (reply is WireReply.Value fresh)
        {
            // A cache that takes nothing makes the shop slower, not wrong.
            _ = await cache.AskAsync($"SET products {CacheSeconds} {fresh.Text}", cancellation);
            await RoleHost.TextAsync(http, "application/json; charset=utf-8", fresh.Text);
            return;
        }
        http.Response.StatusCode = reply is WireReply.Refused ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable;
        await RoleHost.TextAsync(http, "text/plain; charset=utf-8", Reason(reply) + "\n");
    }

    private static string Reason(WireReply reply) => reply switch
    {
        WireReply.Refused refused => refused.Reason,
        WireReply.Unreachable unreachable => unreachable.Reason,
        _ => "the store answered something else than products",
    };

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return RoleHost.TextAsync(http, "text/plain; charset=utf-8", "internal error\n");
    }
}
