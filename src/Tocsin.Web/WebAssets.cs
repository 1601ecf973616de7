using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Tocsin.Web;

/// <summary>Style, script and icon, embedded in the program and addressed by their content.</summary>
/// <remarks>An address carries the hash of its content, so browsers keep it for a year and never show an old one.</remarks>
public static class WebAssets
{
    private const string Prefix = "wwwroot/";
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskEachTime = "public, no-cache";

    private static readonly FrozenDictionary<string, Asset> ByName = Load(typeof(WebAssets).Assembly);

    /// <summary>Address of an asset, such as <c>/assets/tocsin.3f2a9c….css</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is no such asset: a bug of the caller.</exception>
    public static string Url(string name) => ByName[name].Url;

    internal static void MapAssets(this IEndpointRouteBuilder endpoints)
    {
        foreach (var asset in ByName.Values) Map(endpoints, asset.Url, asset, Forever);
        // Browsers ask for this name without being told; it has no hash, so it is revalidated.
        Map(endpoints, "/favicon.ico", ByName["icon.svg"], AskEachTime);
    }

    private static void Map(IEndpointRouteBuilder endpoints, string url, Asset asset, string caching) =>
        endpoints.MapMethods(url, [HttpMethods.Get, HttpMethods.Head], (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = caching;
            return TypedResults.Bytes(asset.Content, asset.ContentType, entityTag: asset.Tag);
        }).AllowAnonymous().PublicSurface().ExcludeFromDescription();

    private static FrozenDictionary<string, Asset> Load(Assembly assembly) => assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(resource => Read(assembly, resource))
        .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    private static Asset Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var name = resource[Prefix.Length..];
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        return new Asset(name, $"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}",
            TypeOf(Path.GetExtension(name)), content, new EntityTagHeaderValue($"\"{hash}\""));
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"no content type is known for assets named *{extension}"),
    };

    private sealed record Asset(string Name, string Url, string ContentType, byte[] Content, EntityTagHeaderValue Tag);
}
