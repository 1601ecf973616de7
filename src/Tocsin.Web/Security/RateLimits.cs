using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Tocsin.Kernel;
using Tocsin.Web.Accounts;

namespace Tocsin.Web;

/// <summary>How often somebody may ask.</summary>
public static class RateLimits
{
    /// <summary>Proofs of identity: 10 a minute for each address, pages that are only looked at are free.</summary>
    public const string SignIn = "sign-in";
    /// <summary>One-time links, where looking already tries one: 10 a minute for each address.</summary>
    public const string Link = "link";

    /// <summary>Acknowledge links: one person at night taps a few times; a scanner of links looks many times.</summary>
    public const string Acknowledge = "acknowledge";

    /// <summary>Webhooks: each is proved by a secret, and proving costs work.</summary>
    public const string Hook = "hook";

    public const int HooksPerMinute = 60;
    public const int ProofsPerMinute = 10;
    public const int AcknowledgesPerMinute = 120;
    /// <summary>Requests under <c>/api</c> for each token, or for each address without one.</summary>
    public const int ApiPerMinute = 600;

    internal static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = Reject;
        options.AddPolicy(SignIn, http => HttpMethods.IsGet(http.Request.Method)
            ? RateLimitPartition.GetNoLimiter("look") : Window(AddressOf(http), ProofsPerMinute));
        options.AddPolicy(Link, http => Window(AddressOf(http), ProofsPerMinute));
        options.AddPolicy(Acknowledge, http => Window(AddressOf(http), AcknowledgesPerMinute));
        options.AddPolicy(Hook, http => Window(AddressOf(http), HooksPerMinute));
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Problems.IsForPrograms(http)
            ? Window(CallerOf(http), ApiPerMinute) : RateLimitPartition.GetNoLimiter("page"));
    }

    private static ValueTask Reject(OnRejectedContext context, CancellationToken cancellation)
    {
        if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            context.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ValueTask.CompletedTask;
    }

    private static RateLimitPartition<string> Window(string caller, int permits) => RateLimitPartition.GetFixedWindowLimiter(caller, _ =>
        new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 });

    // A known token is one caller wherever it comes from; unknown ones share the limit of their address.
    private static string CallerOf(HttpContext http) => http.User.Identity is { IsAuthenticated: true } && BearerHandler.IsPresent(http)
        ? "token " + OneTimeToken.Hash(http.Request.Headers.Authorization.ToString()) : AddressOf(http);

    // Whoever has one IPv6 address has the other 2^64 of its network too.
    private static string AddressOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } peer) return "address unknown";
        var address = Network.Plain(peer);
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return "address " + address;
        var network = address.GetAddressBytes();
        Array.Clear(network, 8, 8);
        return "network " + new IPAddress(network);
    }
}
