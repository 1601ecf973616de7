using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>Asks hosts of the configuration: no proxy, no redirect, no cookie, nothing link-local unless allowed, at most 64 kB.</summary>
internal sealed class HttpDoor : IDisposable
{
    private const int BodyBytesMax = 64 * 1024;
    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker invoker;

    public HttpDoor(IRevisions revisions, TimeProvider clock)
    {
        this.clock = clock;
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null, MaxResponseHeadersLength = 32,
            // Asked seldom, and an old connection would hide a new listener.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellation) =>
            {
                var known = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
                var allowed = known.FirstOrDefault(address => revisions.Current.Get<ServerModel>().AllowLinkLocal || !Network.IsLinkLocal(address))
                    ?? throw new SocketException((int)SocketError.AddressNotAvailable);
                return new NetworkStream(await Network.ConnectAsync(new IPEndPoint(allowed, context.DnsEndPoint.Port), cancellation), ownsSocket: true);
            },
        });
    }

    /// <returns>The text that stands there, null when nothing does; bad when the host gives no usable answer.</returns>
    public async Task<Parsed<string?>> AskAsync(Uri url, JsonPath path, TimeSpan limit, CancellationToken stopping)
    {
        var (body, fault) = await SendAsync(HttpMethod.Get, url, limit, stopping);
        if (fault is not null) return Parsed<string?>.Bad(fault);
        try
        {
            using var document = JsonDocument.Parse(body);
            return Parsed<string?>.Of(path.Find(document.RootElement) is { ValueKind: not JsonValueKind.Null } found ? GuardRules.TextOf(found) : null);
        }
        catch (JsonException) { return Parsed<string?>.Bad($"{url.Authority} did not answer JSON"); }
    }

    /// <returns>Why it failed; null when the host answered 2xx.</returns>
    public async Task<string?> PostAsync(Uri url, TimeSpan limit, CancellationToken stopping) => (await SendAsync(HttpMethod.Post, url, limit, stopping)).Fault;

    private async Task<(ReadOnlyMemory<byte> Body, string? Fault)> SendAsync(HttpMethod method, Uri url, TimeSpan limit, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        using var request = new HttpRequestMessage(method, url);
        request.Headers.UserAgent.ParseAdd("Tocsin");
        if (method == HttpMethod.Post) request.Content = new ByteArrayContent([]);
        try
        {
            using var response = await invoker.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode) return (default, $"{url.Authority} answered {(int)response.StatusCode}");
            return await ReadAsync(response.Content, url, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested) { return (default, $"{url.Authority} gave no answer within {Durations.InWords(limit)}"); }
        catch (Exception error) when (error is HttpRequestException or IOException) { return (default, $"{url.Authority} does not answer: {error.Message}"); }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, string? Fault)> ReadAsync(HttpContent content, Uri url, CancellationToken cancellation)
    {
        var buffer = new byte[BodyBytesMax + 1];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length <= BodyBytesMax ? (buffer.AsMemory(0, length), null) : (default, $"{url.Authority} answered more than {BodyBytesMax / 1024} KiB");
    }

    public void Dispose() => invoker.Dispose();
}
