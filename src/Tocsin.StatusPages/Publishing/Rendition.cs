using System.IO.Compression;
using System.Security.Cryptography;

namespace Tocsin.StatusPages;

/// <summary>The bytes of one address, prepared once: as they are and compressed. Immutable.</summary>
internal sealed class Rendition
{
    /// <summary>Smaller bodies are not worth a second form.</summary>
    private const int CompressedBytesMin = 512;

    private Rendition(string contentType, string tag, Body plain, Body? gzip, Body? brotli) =>
        (ContentType, Tag, Plain, Gzip, Brotli) = (contentType, tag, plain, gzip, brotli);

    /// <param name="ETag">Quoted; differs between the forms, because their bytes do (RFC 9110, 8.8.1).</param>
    public sealed record Body(byte[] Bytes, string ETag, string? Encoding);

    public string ContentType { get; }
    /// <summary>What the tags of all forms begin with, without quotes.</summary>
    public string Tag { get; }
    public Body Plain { get; }
    public Body? Gzip { get; }
    public Body? Brotli { get; }

    public static Rendition Of(string contentType, byte[] bytes)
    {
        var tag = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 10));
        var isSmall = bytes.Length < CompressedBytesMin;
        return new Rendition(contentType, tag, new Body(bytes, $"\"{tag}\"", null),
            isSmall ? null : new Body(Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal)), $"\"{tag}-gzip\"", "gzip"),
            isSmall ? null : new Body(Compress(bytes, to => new BrotliStream(to, CompressionLevel.Optimal)), $"\"{tag}-br\"", "br"));
    }

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> open)
    {
        using var buffer = new MemoryStream();
        using (var stream = open(buffer)) stream.Write(bytes);
        return buffer.ToArray();
    }
}
