using System.Globalization;
using System.Text.Json;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>What the api is asked for. Products may come from cache or store; baskets live in the cache only. For each customer the
/// page is kept in the cache, so that the cache fills with those who were here last.</summary>
internal sealed class ShopPages(WireClient store, (string Host, int Port) cacheAddress, TimeProvider clock)
{
    /// <summary>A cache that needs longer than this is slower than the store.</summary>
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromMilliseconds(250);
    /// <summary>There is no other place for a basket: worth waiting for, as long as the storefront does.</summary>
    private static readonly TimeSpan BasketTimeout = TimeSpan.FromMilliseconds(1_700);
    /// <summary>Seconds for which the shop may show a product that is gone.</summary>
    private const int ProductSeconds = 2;
    private const int BasketSeconds = 3_600;

    /// <summary>Stands for the page of one customer: about 40 KB of memory.</summary>
    private static readonly string KeptPage = new('.', 20_000);
    private static readonly string FirstBasket = JsonSerializer.Serialize(
        new ProductTableRows([new Product("gift-card", "Gift card", "Somebody wants a bell and you do not know which.", 2_500, 90)]),
        DemoJson.Default.ProductTableRows);

    /// <summary>The number of baskets has an end.</summary>
    public const string BasketRoute = "/baskets/{number:int:range(1,9999)}";

    private readonly WireClient cache = new("cache", cacheAddress, CacheTimeout, clock);
    private readonly WireClient baskets = new("cache", cacheAddress, BasketTimeout, clock);
    private long customers;

    public void Map(WebApplication http)
    {
        http.MapGet("/products", ProductsAsync);
        http.MapGet(BasketRoute, context => BasketAsync(context, NumberOf(context)));
    }

    /// <summary>Of a request for <see cref="BasketRoute"/>.</summary>
    public static int NumberOf(HttpContext http) => int.Parse((string)http.Request.RouteValues["number"]!, CultureInfo.InvariantCulture);

    public static string ReasonOf(WireReply reply, string part) => reply switch
    {
        WireReply.Refused refused => refused.Reason,
        WireReply.Unreachable unreachable => unreachable.Reason,
        _ => $"{part} answered something that was not asked",
    };

    private async Task ProductsAsync(HttpContext http)
    {
        var cancellation = http.RequestAborted;
        if (await cache.AskAsync("GET products", cancellation) is WireReply.Value cached)
        {
            await AnswerAsync(http, cached.Text);
            return;
        }
        var reply = await store.AskAsync("PRODUCTS", cancellation);
        if (reply is not WireReply.Value fresh)
        {
            await RefuseAsync(http, reply, "the store");
            return;
        }
        // A cache that takes nothing makes the shop slower, not wrong; nobody waits for it.
        _ = cache.AskAsync($"SET products {ProductSeconds} {fresh.Text}", CancellationToken.None);
        await AnswerAsync(http, fresh.Text);
    }

    private async Task BasketAsync(HttpContext http, int number)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"basket:{number}");
        var reply = await baskets.AskAsync($"GET {key}", http.RequestAborted);
        if (reply is WireReply.Value kept)
        {
            // Set again, because the cache lets go of what was set first.
            _ = cache.AskAsync($"SET {key} {BasketSeconds} {kept.Text}", CancellationToken.None);
            await AnswerAsync(http, kept.Text);
            return;
        }
        if (reply is WireReply.Nothing) reply = await baskets.AskAsync($"SET {key} {BasketSeconds} {FirstBasket}", http.RequestAborted);
        if (reply is WireReply.Done) await AnswerAsync(http, FirstBasket);
        else await RefuseAsync(http, reply, "the cache");
    }

    private Task AnswerAsync(HttpContext http, string json)
    {
        var number = Interlocked.Increment(ref customers);
        _ = cache.AskAsync(string.Create(CultureInfo.InvariantCulture, $"SET page:{number} {BasketSeconds} {KeptPage}"), CancellationToken.None);
        return RoleHost.TextAsync(http, "application/json; charset=utf-8", json);
    }

    private static Task RefuseAsync(HttpContext http, WireReply reply, string part)
    {
        http.Response.StatusCode = reply is WireReply.Refused ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable;
        return RoleHost.TextAsync(http, "text/plain; charset=utf-8", ReasonOf(reply, part) + "\n");
    }
}
