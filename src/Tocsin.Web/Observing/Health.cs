using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Tocsin.Web;

public enum HealthLevel { Well = 0, Impaired = 1, Failed = 2 }

/// <param name="Reason">What is wrong and what to do, one sentence; empty when well.</param>
public sealed record HealthState(HealthLevel Level, string Reason)
{
    public static readonly HealthState Well = new(HealthLevel.Well, "");
    public static HealthState Impaired(string reason) => new(HealthLevel.Impaired, reason);
    public static HealthState Failed(string reason) => new(HealthLevel.Failed, reason);
}

/// <summary>One part of the server that knows how it is. Answers from memory, at once.</summary>
public interface IHealthPart
{
    /// <summary>Such as <c>journal</c>. Shape of a key.</summary>
    string Name { get; }
    HealthState Check();
}

/// <summary>All parts together.</summary>
public sealed class Health(IEnumerable<IHealthPart> parts, ILogger<Health> log)
{
    /// <summary>In order of name.</summary>
    public IReadOnlyList<(string Name, HealthState State)> Check() =>
        [.. parts.OrderBy(part => part.Name, StringComparer.Ordinal).Select(part => (part.Name, CheckOne(part)))];

    private HealthState CheckOne(IHealthPart part)
    {
        try { return part.Check(); }
        catch (Exception error)
        {
            log.LogError(error, "Health of {Part} could not be asked: a bug", part.Name);
            return HealthState.Failed("This part could not be asked; the log has the details.");
        }
    }
}

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: every part works; 503 when one failed.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", (HttpContext http) => Plain(http, "ok\n")).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapGet("/readyz", Ready).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task Ready(HttpContext http, Health health)
    {
        var parts = health.Check();
        var isReady = parts.All(part => part.State.Level != HealthLevel.Failed);
        http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        // Reasons may name hosts and paths: those are for people who are signed in.
        var isKnown = http.User.Role is not null;
        var lines = parts.Select(part => $"{part.Name}: {WordOf(part.State.Level)}{(isKnown && part.State.Reason != "" ? $" ({part.State.Reason})" : "")}\n");
        return Plain(http, (isReady ? "ready\n" : "not ready\n") + string.Concat(lines));
    }

    private static string WordOf(HealthLevel level) => level switch
    {
        HealthLevel.Well => "well",
        HealthLevel.Impaired => "impaired",
        HealthLevel.Failed => "failed",
    };

    private static Task Plain(HttpContext http, string text)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
