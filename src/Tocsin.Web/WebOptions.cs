using System.Net;

namespace Tocsin.Web;

/// <summary>How the web part of the server is reached.</summary>
public sealed class WebOptions
{
    /// <summary>Proxies whose forwarded address and scheme are believed; of all others they are ignored. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; set; } = [];

    /// <summary>Port of the public listener, known once it is bound; null when there is none.</summary>
    public int? PublicPort { get; set; }

    /// <summary>Largest request body, bytes. An endpoint that needs more says so with a request size limit of its own.</summary>
    public long BodyBytesMax { get; set; } = 256 * 1024;
}

/// <summary>Where people reach this install. Links are built from it, never from what a request claims.</summary>
public interface IPublicAddress
{
    /// <summary>Absolute, with <c>http</c> or <c>https</c>; null while the configuration names none.</summary>
    Uri? PublicUrl { get; }
}

/// <summary>Until a configuration says otherwise, there is no public address.</summary>
internal sealed class NoPublicAddress : IPublicAddress
{
    public Uri? PublicUrl => null;
}

public static class PublicAddressExtensions
{
    /// <summary>The path under the public address; the bare path while there is none.</summary>
    public static string LinkTo(this IPublicAddress address, string path) => address.PublicUrl is { } url
        ? url.AbsoluteUri.TrimEnd('/') + path : path;
}
