using System.Net.Http;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Checks.Probes;

/// <summary>One request of a probe: the first, or one that a redirect asked for.</summary>
internal sealed class HttpHop
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> headers;
    private readonly string? body;
    private readonly IReadOnlyList<Uri> before;

    private HttpHop(Uri uri, string method, IReadOnlyList<KeyValuePair<string, string>> headers, string? body, IReadOnlyList<Uri> before) =>
        (Uri, Method, this.headers, this.body, this.before) = (uri, method, headers, body, before);

    public Uri Uri { get; }
    public string Method { get; }
    /// <summary>The same address was asked before: without cookies the answer will be the same, for ever.</summary>
    public bool ComesBack => before.Contains(Uri);

    /// <returns>The first request, or which secret of its headers cannot be had.</returns>
    public static Parsed<HttpHop> First(ProbeSpec.Http spec, ProbeRun run)
    {
        var headers = new List<KeyValuePair<string, string>>(spec.Headers.Count);
        foreach (var (name, reference) in spec.Headers)
        {
            if (!reference.Resolve().TryGet(out var secret, out var error)) return Parsed<HttpHop>.Bad($"header {name}: {error}");
            var value = secret.Reveal();
            run.Transcript.Mask(value);
            // "Bearer abc": what comes back in an answer is usually the second word alone.
            if (value.LastIndexOf(' ') is var space and >= 0) run.Transcript.Mask(value[(space + 1)..]);
            headers.Add(new(name, value));
        }
        return new HttpHop(spec.Url, spec.Method, headers, spec.SendBody, []);
    }

    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), Uri)
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8);
        foreach (var (name, value) in headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    /// <returns>The request that a redirect asks for; null when the answer is no redirect that can be followed.</returns>
    public HttpHop? Next(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return null;
        var target = location.IsAbsoluteUri ? location : new Uri(Uri, location);
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps) return null;
        // RFC 9110, 15.4: 303 always becomes GET, 301 and 302 do so for POST, 307 and 308 keep method and body.
        var becomesGet = (status == 303 && Method != "HEAD") || (status is 301 or 302 && Method == "POST");
        // Configured headers are for the configured origin: they may be credentials.
        var isSameOrigin = Uri.Compare(Uri, target, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
        return new HttpHop(target, becomesGet ? "GET" : Method, isSameOrigin ? headers : [], becomesGet ? null : body, [.. before, Uri]);
    }

    public string Describe()
    {
        var text = new StringBuilder($"> {Method} {Transcript.Masked(Uri)} HTTP/1.1");
        foreach (var (name, _) in headers) text.Append($"\n> {name}: ***");
        if (body is not null) text.Append($"\n> ({Encoding.UTF8.GetByteCount(body)} bytes of body)");
        return text.ToString();
    }

    public static string DescribeHead(HttpResponseMessage response)
    {
        var text = new StringBuilder($"< HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}");
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Take(40))
        {
            text.Append($"\n< {name}: {Failures.Short(Shown(name, values.ToString()))}");
        }
        return text.ToString();
    }

    private static string Shown(string name, string value) =>
        name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase) ? $"{value.Split('=')[0]}=***" :
        name.Equals("Location", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out var uri)
            ? Transcript.Masked(uri) :
        value;
}
