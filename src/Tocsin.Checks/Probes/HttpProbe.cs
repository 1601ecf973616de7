using System.Buffers;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Checks.Probes;

/// <summary>Asks over HTTP/1.1 on a connection of its own, follows redirects, and judges the answer.</summary>
/// <remarks>A handler per probe: a shared one may hand two probes of one host each other's connection.</remarks>
internal sealed class HttpProbe(Dialer dialer) : IProbe<ProbeSpec.Http>
{
    public const int BodyBytesMax = 1024 * 1024;
    private const int HeadKilobytesMax = 32;
    private const int TranscriptBodyBytesMax = 2_000;
    private const string UserAgent = "Tocsin/0.1";

    public async ValueTask<Finding> RunAsync(ProbeSpec.Http spec, ProbeRun run)
    {
        if (HttpHop.First(spec, run).TryGet(out var hop, out var error) is false)
        {
            return Finding.CannotTell(ProbeReason.Secret, error);
        }
        using var handler = Handler(spec, run);
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        for (var redirects = 0; ; redirects++)
        {
            if (Refused(hop, run, redirects) is { } refused) return refused;
            using var response = await AskAsync(invoker, hop, run);
            if (spec.RedirectsMax == 0 || HttpExpectations.AcceptsStatus(spec, response) || hop.Next(response) is not { } next)
            {
                return await JudgeAsync(spec, response, run);
            }
            if (redirects == spec.RedirectsMax)
            {
                return Finding.Down(ProbeReason.RedirectLoop, $"more than {spec.RedirectsMax} redirects, the last to {Transcript.Masked(next.Uri)}");
            }
            if (next.ComesBack) return Finding.Down(ProbeReason.RedirectLoop, $"redirected in a circle to {Transcript.Masked(next.Uri)}");
            hop = next;
        }
    }

    private SocketsHttpHandler Handler(ProbeSpec.Http spec, ProbeRun run) => new()
    {
        UseProxy = spec.Proxy is not null,
        Proxy = spec.Proxy is null ? null : new WebProxy(spec.Proxy),
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = HeadKilobytesMax,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
        // The handler connects apart from the request: without this an abandoned attempt would outlive the probe.
        ConnectTimeout = run.Request.Check.Timeout,
        ConnectCallback = (context, _) => ConnectAsync(spec, context, run),
        // Only behind a proxy does the handler shake hands itself; its options must judge alike.
        SslOptions = dialer.TlsOptions(spec.Url.IdnHost, run),
    };

    private async ValueTask<Stream> ConnectAsync(ProbeSpec.Http spec, SocketsHttpConnectionContext context, ProbeRun run)
    {
        var end = context.DnsEndPoint;
        var socket = await dialer.ConnectAsync(end.Host, end.Port, run);
        var uri = context.InitialRequestMessage.RequestUri!;
        if (spec.Proxy is not null || uri.Scheme != Uri.UriSchemeHttps)
        {
            if (spec.Proxy is null) run.Enter(Stage.Answer);
            return new NetworkStream(socket, ownsSocket: true);
        }
        var tls = await dialer.SecureAsync(socket, uri.IdnHost, run);
        run.Enter(Stage.Answer);
        return tls;
    }

    /// <summary>A literal address behind a proxy never reaches the dialer; the rule holds for it all the same.</summary>
    private static Finding? Refused(HttpHop hop, ProbeRun run, int redirects)
    {
        if (run.AllowLinkLocal || HostText.Literal(hop.Uri.IdnHost) is not { } address || !Network.IsLinkLocal(address)) return null;
        return redirects == 0
            ? Finding.CannotTell(ProbeReason.LinkLocalRefused, $"{address} is a link-local or metadata address, which the configuration does not allow")
            : Finding.Down(ProbeReason.LinkLocalRefused, $"redirected to {address}, a link-local or metadata address");
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpMessageInvoker invoker, HttpHop hop, ProbeRun run)
    {
        using var request = hop.Request();
        request.Headers.ConnectionClose = true;
        if (request.Headers.UserAgent.Count == 0) request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        run.Transcript.Add(hop.Describe);
        var response = await invoker.SendAsync(request, run.Token);
        if (run.Stage != Stage.Answer) run.Enter(Stage.Answer); // behind a proxy nothing else marks it
        run.EndPhase();
        run.Status = (int)response.StatusCode;
        var head = response; // headers stay readable after the response is disposed
        run.Transcript.Add(() => HttpHop.DescribeHead(head));
        return response;
    }

    private static async Task<Finding> JudgeAsync(ProbeSpec.Http spec, HttpResponseMessage response, ProbeRun run)
    {
        run.Enter(Stage.Body);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var length = 0;
            await using var body = await response.Content.ReadAsStreamAsync(run.Token);
            while (length < BodyBytesMax)
            {
                if (length == buffer.Length) buffer = Grow(buffer);
                var read = await body.ReadAsync(buffer.AsMemory(length, Math.Min(buffer.Length, BodyBytesMax) - length), run.Token);
                if (read == 0) break;
                length += read;
            }
            run.EndPhase();
            var finding = HttpExpectations.Judge(spec, response, buffer.AsMemory(0, length), run);
            KeepExcerpt(buffer.AsSpan(0, length), finding, run);
            return finding;
        }
        finally { ArrayPool<byte>.Shared.Return(buffer); }
    }

    // The buffer goes back to the pool before the transcript is read: what it shows is copied now, but only if it is wanted.
    private static void KeepExcerpt(ReadOnlySpan<byte> body, Finding finding, ProbeRun run)
    {
        if (body.Length == 0 || (finding.Outcome == Kernel.Ports.Outcome.Up && !run.Request.WantsTranscript)) return;
        var (text, length) = (Transcript.Excerpt(body, TranscriptBodyBytesMax), body.Length);
        run.Transcript.Add(() => length > TranscriptBodyBytesMax ? $"\n{text}\n… ({length} bytes read)" : $"\n{text}");
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, BodyBytesMax));
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
