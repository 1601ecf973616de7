using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Channels;

/// <summary>What a server said to a POST.</summary>
/// <param name="Outcome">From the status alone; the words of a failure hold the beginning of the body.</param>
/// <param name="Body">At most 64 kB; empty when none came.</param>
internal sealed record HttpAnswer(DeliveryOutcome Outcome, ReadOnlyMemory<byte> Body);

/// <summary>Posts JSON for the channels that speak HTTP: no proxy, no redirect, no cookie, nothing link-local.</summary>
internal sealed class HttpPost : IDisposable
{
    public const int BodyBytesMax = 64 * 1024;
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker invoker;

    /// <param name="allowsLinkLocal">Asked at each connect, because the configuration may be replaced.</param>
    /// <param name="authorities">Trusted instead of the machine's; null is the machine's.</param>
    public HttpPost(TimeProvider clock, Func<bool> allowsLinkLocal, X509Certificate2Collection? authorities = null)
    {
        this.clock = clock;
        var dialer = new Dialer(clock);
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            SslOptions = NetworkWords.Tls(host: null, authorities),
            ConnectCallback = async (context, cancellation) => new NetworkStream(
                await dialer.DialAsync(
                    context.DnsEndPoint.Host, context.DnsEndPoint.Port,
                    address => allowsLinkLocal() || !Network.IsLinkLocal(address), cancellation),
                ownsSocket: true),
        });
    }

    /// <summary>One POST, ended within <see cref="Limit"/>. 2xx is delivered; 408, 429 and 5xx may pass; the rest does not.</summary>
    /// <param name="headers">Values of visible ASCII.</param>
    public async Task<HttpAnswer> PostAsync(
        Uri url, byte[] json, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken stopping)
    {
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            return Failed(DeliveryOutcome.Refused($"{url.Scheme} is not http or https"));
        using var timer = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        using var request = Request(url, json, headers);
        try
        {
            using var response = await invoker.SendAsync(request, either.Token);
            var body = await ReadAsync(response.Content, either.Token, stopping);
            return new HttpAnswer(Judge(response, body), body);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Failed(DeliveryOutcome.Retry($"no answer from {url.Host} within {Limit.TotalSeconds:0} s"));
        }
        catch (HttpRequestException error)
        {
            return Failed(Judge(error, url.Host));
        }
    }

    private static HttpAnswer Failed(DeliveryOutcome outcome) => new(outcome, default);

    private static HttpRequestMessage Request(Uri url, byte[] json, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.UserAgent.ParseAdd("Tocsin");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return request;
    }

    /// <summary>The beginning of a body. The status has decided already: a body that breaks off or stalls is no failure.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpContent content, CancellationToken limit, CancellationToken stopping)
    {
        var buffer = new byte[BodyBytesMax];
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(limit);
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), limit) is var read and > 0)
                length += read;
        }
        catch (Exception error) when (!stopping.IsCancellationRequested
            && error is IOException or HttpRequestException or OperationCanceledException)
        {
            // What has come so far is enough for the words.
        }
        return buffer.AsMemory(0, length);
    }

    private static DeliveryOutcome Judge(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var status = (int)response.StatusCode;
        var reason = string.IsNullOrEmpty(response.ReasonPhrase) ? "" : $" {response.ReasonPhrase}";
        if (status is >= 200 and < 300) return DeliveryOutcome.Delivered($"{status}{reason}");
        var words = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, Redaction.LengthMax)]);
        var said = words.Length == 0 ? $"{status}{reason}" : $"{status}{reason}: {words}";
        if (status is 408 or 429 or >= 500) return DeliveryOutcome.Retry(said);
        return status is >= 300 and < 400
            ? DeliveryOutcome.Refused($"{status}{reason}: redirects are not followed, name the address itself")
            : DeliveryOutcome.Refused(said);
    }

    private static DeliveryOutcome Judge(HttpRequestException error, string host)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AddressRefusedException refused: return DeliveryOutcome.Refused(refused.Message);
                case CertificateRefusedException refused:
                    return DeliveryOutcome.Refused($"the certificate of {host} is not acceptable: {refused.Message}");
                case AuthenticationException tls:
                    return DeliveryOutcome.Retry($"TLS could not be agreed with {host}: {tls.Message}");
                case SocketException socket:
                    return DeliveryOutcome.Retry($"no connection to {host}: {NetworkWords.Of(socket.SocketErrorCode)}");
            }
        }
        return DeliveryOutcome.Retry($"{host} gave no usable answer: {error.Message}");
    }

    public void Dispose() => invoker.Dispose();
}
