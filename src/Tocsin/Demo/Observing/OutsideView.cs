using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Tocsin.Demo.Observing;

/// <summary>Asks what anybody may ask: Tocsin's API with a token, the public status page, the mailbox, the shop.</summary>
internal sealed class OutsideView(DemoShop shop, Uri server, Func<CancellationToken, Task<string>> token) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    /// <summary>A page that comes later is no service.</summary>
    private static readonly TimeSpan CustomerPatience = TimeSpan.FromSeconds(1);
    private const int MailsMax = 500;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = server, Timeout = Patience };
    private readonly HttpClient customer = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        BaseAddress = shop.StorefrontUrl, Timeout = CustomerPatience,
    };
    private string? bearer;

    /// <summary>What does not answer shows nothing.</summary>
    public async Task<OutsideSight> LookAsync(CancellationToken cancellation)
    {
        bearer ??= await token(cancellation);
        // All at once, so that one look is one moment.
        var (checking, telling, opening) = (GetAsync("api/v1/checks", cancellation), GetAsync("status.json", cancellation),
            GetAsync("api/v1/incidents?state=open", cancellation));
        var mails = await DemoMailbox.ReadNewestAsync(shop, MailsMax, cancellation) ?? [];
        var (checks, status, incidents) = (await checking, await telling, await opening);
        return new OutsideSight(
            Named(checks?["checks"], "key", check => (string?)check["state"] is "down" or "degraded"),
            Named(status?["components"], "name", component => (string?)component["status"] != "operational"),
            Named(incidents?["incidents"], "id", _ => true), [.. mails.Reverse()]);
    }

    /// <summary>Asked after a look.</summary>
    public async Task<bool> IsAcknowledgedAsync(string incident, CancellationToken cancellation) =>
        (string?)(await GetAsync($"api/v1/incidents/{incident}", cancellation))?["acknowledgedBy"] is not null;

    /// <summary>Whether a customer gets the shop and a basket, each soon enough.</summary>
    public async Task<bool> IsServedAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var page in (string[])["", "baskets/13"])
            {
                using var answer = await customer.GetAsync(new Uri(page, UriKind.Relative), cancellation);
                if (!answer.IsSuccessStatusCode) return false;
            }
            return true;
        }
        catch (HttpRequestException) { return false; }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return false; }
    }

    public void Dispose()
    {
        http.Dispose();
        customer.Dispose();
    }

    private async Task<JsonNode?> GetAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            using var answer = await http.SendAsync(request, cancellation);
            return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) : null;
        }
        catch (HttpRequestException) { return null; }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return null; }
    }

    private static HashSet<string> Named(JsonNode? list, string name, Func<JsonNode, bool> isBad) =>
        [.. (list as JsonArray ?? []).OfType<JsonNode>().Where(isBad).Select(item => (string)item[name]!)];
}
