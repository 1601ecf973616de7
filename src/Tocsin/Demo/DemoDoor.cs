using System.Net;

namespace Tocsin.Demo;

/// <summary>Who may use the demo's endpoints: this machine, and in a browser only the demo's own page.</summary>
internal static class DemoDoor
{
    /// <summary>Answers 404 to other machines and other names, 403 to other sites.</summary>
    public static async ValueTask<object?> Guard(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        if (!IsFromHere(http)) return Results.NotFound();
        if (!IsOwnPage(http.Request)) return Results.Text("only the demo's own page may do this\n", statusCode: StatusCodes.Status403Forbidden);
        return await next(call);
    }

    // The name is checked as well: a foreign site could have its own name resolve to this machine and read a token here.
    private static bool IsFromHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && IsLoopbackName(http.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // Without either header the caller is no browser, or one that a person typed the address into.
    private static bool IsOwnPage(HttpRequest request)
    {
        var isNavigation = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate";
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none") && !isNavigation) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
