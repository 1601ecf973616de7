using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Web;

namespace Tocsin.Recovery.Api;

/// <summary>Whether everything automatic is held.</summary>
/// <param name="Held">The others are null when it is not.</param>
public sealed record HoldJson(bool Held, string? Owner, string? Why, DateTimeOffset? Since, DateTimeOffset? Until)
{
    internal static readonly HoldJson None = new(false, null, null, null, null);
    internal static HoldJson From(Hold? hold) => hold is null ? None : new(true, hold.Owner, hold.Why, hold.SetAt, hold.Until);
}

/// <summary>A request to hold everything automatic.</summary>
/// <param name="Minutes">1 to 10,080 (7 days).</param>
public sealed record HoldBody(int? Minutes, string? Why);

/// <summary><c>/hold</c> under the API's group.</summary>
internal static class HoldApi
{
    private const int MinutesDefault = 60;

    public static void Map(RouteGroupBuilder api)
    {
        var hold = api.MapGroup("/hold").WithTags("Hold");
        hold.MapGet("", ShowAsync).WithName("showHold").WithSummary("Whether everything automatic is held, by whom, why and until when");
        hold.MapPost("", SetAsync).RequireAuthorization(Permissions.Respond).WithName("holdAutomatic")
            .WithSummary("Holds everything automatic; a hold that is there already is replaced");
        hold.MapDelete("", EndAsync).RequireAuthorization(Permissions.Respond).WithName("freeAutomatic").WithSummary("Frees everything automatic");
    }

    private static async Task<Ok<HoldJson>> ShowAsync(Holds holds, CancellationToken cancellation) =>
        TypedResults.Ok(HoldJson.From(await holds.ActiveAsync(cancellation)));

    private static async Task<Results<Ok<HoldJson>, ValidationProblem>> SetAsync(HoldBody body, ClaimsPrincipal user, Holds holds, CancellationToken cancellation)
    {
        var set = await holds.SetAsync(TimeSpan.FromMinutes(Math.Clamp(body.Minutes ?? MinutesDefault, -1, 1_000_000)), body.Why, user.Actor, cancellation);
        if (set.TryGet(out _, out var error)) return TypedResults.Ok(HoldJson.From(await holds.ActiveAsync(cancellation)));
        return FailoversApi.Invalid(error.StartsWith("say", StringComparison.Ordinal) ? "why" : "minutes", error);
    }

    /// <summary>Nothing held is what was wished for.</summary>
    private static async Task<Ok<HoldJson>> EndAsync(ClaimsPrincipal user, Holds holds, CancellationToken cancellation)
    {
        await holds.EndAsync(user.Actor, cancellation);
        return TypedResults.Ok(HoldJson.None);
    }
}
