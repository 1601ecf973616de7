using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Tocsin.StatusPages;

/// <summary>The bytes of one address: as they are, and compressed once somebody takes them so. Thread-safe.</summary>
internal sealed class Rendition
{
    /// <summary>Smaller bodies are not worth a second form.</summary>
    private const int CompressedBytesMin = 512;

    private readonly Lazy<Body>? gzip, brotli;
    private readonly string[] tags;

    private Rendition(string contentType, string tag, byte[] bytes)
    {
        tags = [$"\"{tag}\"", $"\"{tag}-gzip\"", $"\"{tag}-br\""];
        (ContentType, Plain) = (contentType, new Body(bytes, tags[0], null));
        if (bytes.Length < CompressedBytesMin) return;
        gzip = new(() => new Body(Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal)), tags[1], "gzip"));
        brotli = new(() => new Body(Compress(bytes, to => new BrotliStream(to, CompressionLevel.Optimal)), tags[2], "br"));
    }

    /// <param name="ETag">Quoted; differs between the forms, because their bytes do (RFC 9110, 8.8.1).</param>
    public sealed record Body(byte[] Bytes, string ETag, string? Encoding);

    public string ContentType { get; }
    public Body Plain { get; }
    /// <summary>Null for a body too small to be worth it; so is <see cref="Brotli"/>.</summary>
    public Body? Gzip => gzip?.Value;
    public Body? Brotli => brotli?.Value;

    public static Rendition Of(string contentType, byte[] bytes) =>
        new(contentType, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 10)), bytes);

    /// <summary>Whether it is the tag of one of the forms.</summary>
    public bool IsTagged(StringSegment etag)
    {
        foreach (var tag in tags)
        {
            if (etag == tag) return true;
        }
        return false;
    }

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using var buffer = new MemoryStream();
        using (var stream = open(buffer)) stream.Write(bytes);
        return buffer.ToArray();
    }
}
