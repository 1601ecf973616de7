using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.StatusPages;

/// <summary>The public surface: bytes that are ready, for everybody, without sign-in, cookie or form.</summary>
internal static class StatusEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly StringValues Fresh = "public, max-age=5", ForADay = "public, max-age=86400", VaryByForm = "Accept-Encoding";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var path in new[]
        {
            PublicPaths.Page, PublicPaths.Json, PublicPaths.Atom, PublicPaths.V2 + "/summary.json", PublicPaths.V2 + "/status.json",
            PublicPaths.V2 + "/components.json", PublicPaths.V2 + "/incidents.json", PublicPaths.V2 + "/incidents/unresolved.json",
        })
        {
            Anonymous(endpoints.MapMethods(path, Methods, http => PublishedAsync(http, path)));
        }
        Anonymous(endpoints.MapMethods(PublicPaths.Incidents + "/{id}", Methods, http =>
            // 42 and INC-42 are the same; anything else is a path that nothing was published under.
            PublishedAsync(http, IncidentId.TryParse(http.Request.RouteValues["id"] as string, null, out var id) ? PublicPaths.Of(id) : "")));
        var css = Rendition.Of("text/css; charset=utf-8", StatusAssets.Css);
        var script = Rendition.Of("text/javascript; charset=utf-8", StatusAssets.Script);
        Anonymous(endpoints.MapMethods(PublicPaths.Css, Methods, http => SendAsync(http, css, ForADay)));
        Anonymous(endpoints.MapMethods(PublicPaths.Script, Methods, http => SendAsync(http, script, ForADay)));
    }

    // Nothing after the routing concerns these: no sign-in, no form, no limit, on every listener (bench: status-page).
    private static void Anonymous(IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous().PublicSurface().ShortCircuit();

    private static async Task PublishedAsync(HttpContext http, string path)
    {
        if (http.RequestServices.GetService(typeof(StatusBoard)) is not StatusBoard { Current: { } publication })
        {
            await NotYetAsync(http);
            return;
        }
        if (publication.Find(path) is { } rendition)
        {
            await SendAsync(http, await rendition, Fresh);
            return;
        }
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        await SayAsync(http, "There is no such incident here, or it ended more than 14 days ago.\n");
    }

    // The first page is made within a second of the start.
    private static Task NotYetAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "2";
        return SayAsync(http, "The status page is being made. Ask again in a moment.\n");
    }

    private static Task SayAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    private static Task SendAsync(HttpContext http, Rendition rendition, StringValues caching)
    {
        var (request, response) = (http.Request, http.Response);
        var body = Negotiation.Choose(rendition, request.Headers.AcceptEncoding);
        response.Headers.ETag = body.ETag;
        response.Headers.CacheControl = caching;
        response.Headers.Vary = VaryByForm;
        // Readable by pages of other sites: it is public, and has no cookie to abuse.
        response.Headers.AccessControlAllowOrigin = "*";
        if (Negotiation.IsKnown(rendition, request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = rendition.ContentType;
        response.ContentLength = body.Bytes.Length;
        if (body.Encoding is not null) response.Headers.ContentEncoding = body.Encoding;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body.Bytes, http.RequestAborted).AsTask();
    }
}

/// <summary>Which form of the bytes a reader gets (RFC 9110, 12.5.3 and 13.1.2). Pure.</summary>
internal static class Negotiation
{
    public static Rendition.Body Choose(Rendition rendition, StringValues acceptEncoding)
    {
        var text = acceptEncoding.Count == 1 ? acceptEncoding[0].AsSpan() : acceptEncoding.ToString().AsSpan();
        if (text.IsEmpty) return rendition.Plain;
        if (Accepts(text, "br") && rendition.Brotli is { } brotli) return brotli;
        return Accepts(text, "gzip") && rendition.Gzip is { } gzip ? gzip : rendition.Plain;
    }

    private static bool Accepts(ReadOnlySpan<char> header, ReadOnlySpan<char> encoding)
    {
        foreach (var range in header.Split(','))
        {
            var part = header[range].Trim();
            var end = part.IndexOf(';');
            var name = end < 0 ? part : part[..end].TrimEnd();
            if (!name.Equals(encoding, StringComparison.OrdinalIgnoreCase)) continue;
            return end < 0 || !IsZero(part[(end + 1)..].Trim());
        }
        return false;
    }

    // "q=0", "q=0.0": asked not to.
    private static bool IsZero(ReadOnlySpan<char> weight) => weight.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && weight[2..].Length > 0 && weight[2..].TrimEnd("0.").IsEmpty;

    /// <summary>Whether the reader has these bytes in any form: they say the same.</summary>
    public static bool IsKnown(Rendition rendition, StringValues ifNoneMatch)
    {
        if (ifNoneMatch.Count == 0) return false;
        if (!EntityTagHeaderValue.TryParseList(ifNoneMatch, out var tags)) return false;
        foreach (var tag in tags)
        {
            if (tag.Tag == "*" || rendition.IsTagged(tag.Tag)) return true;
        }
        return false;
    }
}
