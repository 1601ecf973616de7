using System.Globalization;
using System.Text.Json;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Roles;

/// <summary>What a customer sees: the products, or a page that says what is wrong.</summary>
internal static class StorefrontRole
{
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromSeconds(2);
    private const int AnswerBytesMax = 256 * 1024;

    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var metrics = new RequestMetrics("storefront", clock);
        var (host, port) = options.Upstream("api");
        var api = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{host}:{port}/"),
            Timeout = ApiTimeout,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        var http = RoleHost.Create(options.Port, metrics, async cancellation => (await AskAsync(api, "healthz", cancellation)).Problem);
        http.Measure(metrics);
        http.MapGet("/", context => ShopAsync(context, api, "products", ShopPage.Of));
        http.MapGet(ShopPages.BasketRoute, context =>
            ShopAsync(context, api, string.Create(CultureInfo.InvariantCulture, $"baskets/{ShopPages.NumberOf(context)}"), ShopPage.OfBasket));
        http.MapGet("/shop.css", context => RoleHost.TextAsync(context, "text/css; charset=utf-8", RoleHost.Embedded("shop.css")));
        http.MapGet("/shop.js", context => RoleHost.TextAsync(context, "text/javascript; charset=utf-8", RoleHost.Embedded("shop.js")));
        return new Role(http, door: new Ending(api));
    }

    private static async Task ShopAsync(HttpContext http, HttpClient api, string path, Func<IReadOnlyList<Product>, string> page)
    {
        var (json, problem) = await AskAsync(api, path, http.RequestAborted);
        var products = json is null ? null : TryRead(json);
        http.Response.StatusCode = products is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'";
        await RoleHost.TextAsync(http, "text/html; charset=utf-8", products is null
            ? ShopPage.OfProblem(problem ?? "the api's answer is not a list of products") : page(products));
    }

    /// <returns>The answer of the api, or null and why there is none.</returns>
    private static async Task<(string? Text, string? Problem)> AskAsync(HttpClient api, string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await api.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? (text, null) : (null, $"the api answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"the api did not answer within {ApiTimeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException error)
        {
            return (null, error.HttpRequestError == HttpRequestError.ConnectionError ? "the api refused the connection" : "the api broke off its answer");
        }
    }

    private static Product[]? TryRead(string json)
    {
        try { return JsonSerializer.Deserialize(json, DemoJson.Default.ProductTableRows)?.Products; }
        catch (JsonException) { return null; }
    }

    private sealed class Ending(HttpClient client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
