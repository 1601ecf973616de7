using System.Net;
using System.Net.Sockets;
using Tocsin.Web;

namespace Tocsin.Tests.Acceptance;

/// <summary>The real server behind 127.0.0.1 and 127.0.0.3, which it trusts; 127.0.0.2 is anybody.</summary>
public sealed class TrustedProxyTests
{
    private const string Yaml = "people: {me: {webhook: \"http://127.0.0.1:1/hook\"} }\ntrusted_proxies: [127.0.0.1, 127.0.0.3/32]\n";

    [Fact]
    public async Task ForwardedFor_FromATrustedProxy_CountsTheClient()
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var proxy = ClientFrom("127.0.0.1", server);
        (await RefusedAfterAsync(proxy, _ => "192.0.2.1")).ShouldBe(RateLimits.ProofsPerMinute);
        (await TryLinkAsync(proxy, "192.0.2.2")).ShouldNotBe(HttpStatusCode.TooManyRequests);
        // What the client itself claimed stands left of what the proxy saw, and counts for nothing.
        (await TryLinkAsync(proxy, "198.51.100.7, 192.0.2.1")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task ForwardedFor_ThroughTwoTrustedProxies_CountsTheClient()
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var proxy = ClientFrom("127.0.0.1", server);
        (await RefusedAfterAsync(proxy, _ => "192.0.2.1, 127.0.0.3")).ShouldBe(RateLimits.ProofsPerMinute);
        (await TryLinkAsync(proxy, "192.0.2.2, 127.0.0.3")).ShouldNotBe(HttpStatusCode.TooManyRequests);
        // The last one before a proxy that nobody named is as far as can be known.
        (await TryLinkAsync(proxy, "192.0.2.1, 127.0.0.2")).ShouldNotBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task ForwardedFor_FromAnybodyElse_IsIgnored()
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var anybody = ClientFrom("127.0.0.2", server);
        (await RefusedAfterAsync(anybody, attempt => $"192.0.2.{attempt}")).ShouldBe(RateLimits.ProofsPerMinute);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.2", false)]
    public async Task ForwardedProto_MakesCookiesSecure_OnlyFromATrustedProxy(string from, bool isBelieved)
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var client = ClientFrom(from, server);
        using var answer = await SendAsync(client, "/sign-in", ("X-Forwarded-Proto", "https"));
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase) == isBelieved);
        answer.Headers.Contains("Strict-Transport-Security").ShouldBe(isBelieved);
    }

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("Host")]
    public async Task Host_EvenOfATrustedProxy_NeverComesIntoALink(string header)
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var proxy = ClientFrom("127.0.0.1", server);
        proxy.DefaultRequestHeaders.Authorization = new("Bearer", await server.TokenAsync(Role.Viewer));
        using var described = await SendAsync(proxy, "/api/v1/openapi.json", (header, "evil.example"));
        (await described.Content.ReadAsStringAsync()).ShouldContain($"\"url\": \"{server.Url}\"");
        proxy.DefaultRequestHeaders.Authorization = null;
        using var redirect = await SendAsync(proxy, "/settings", (header, "evil.example"));
        redirect.Headers.Location!.ToString().ShouldBe("/sign-in?return=%2Fsettings");
        foreach (var path in new[] { "/sign-in", "/status", "/status.json", "/status.atom" })
        {
            using var page = await SendAsync(proxy, path, (header, "evil.example"));
            page.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await page.Content.ReadAsStringAsync()).ShouldNotContain("evil.example");
        }
    }

    /// <returns>How many were let through before the first refusal.</returns>
    private static async Task<int> RefusedAfterAsync(HttpClient client, Func<int, string> forwardedFor)
    {
        for (var attempt = 0; attempt <= 2 * RateLimits.ProofsPerMinute; attempt++)
        {
            if (await TryLinkAsync(client, forwardedFor(attempt)) == HttpStatusCode.TooManyRequests) return attempt;
        }
        return int.MaxValue;
    }

    private static async Task<HttpStatusCode> TryLinkAsync(HttpClient client, string forwardedFor)
    {
        using var answer = await SendAsync(client, "/start/not-a-link", ("X-Forwarded-For", forwardedFor));
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(header.Name, header.Value);
        return await client.SendAsync(request);
    }

    private static HttpClient ClientFrom(string address, RunningServer server) => new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = server.Url };
}
