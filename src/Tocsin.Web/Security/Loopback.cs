using Microsoft.AspNetCore.Http;
using Tocsin.Kernel;

namespace Tocsin.Web;

/// <summary>Whether a request was made on this machine.</summary>
internal static class Loopback
{
    private static readonly string[] ProxyHeaders =
        ["X-Forwarded-For", "X-Original-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"];

    /// <summary>True when the peer is a loopback address and no proxy speaks for somebody else.</summary>
    /// <remarks>A proxy on this machine connects from loopback too; whatever it adds gives it away.</remarks>
    public static bool Is(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } peer && Network.IsLoopback(peer)
        && !ProxyHeaders.Any(http.Request.Headers.ContainsKey);
}
