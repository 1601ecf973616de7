using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Recovery.Api;

/// <summary>One side of a failover, as programs read it.</summary>
/// <param name="State"><c>up</c>, <c>degraded</c>, <c>down</c>, <c>cannot tell</c> or <c>not probed yet</c>.</param>
public sealed record SideJson(string Address, string Check, string State, string Text)
{
    internal static SideJson From(SideModel model, SideInputs inputs) => new($"{model.Address}", model.Check.Value, Words.Of(inputs.State), inputs.Text);
}

/// <summary>How far the standby's data is behind.</summary>
/// <param name="Trouble">Why it cannot be told; null when it can.</param>
public sealed record FreshJson(double? Behind, double AtMost, long? AskedMsAgo, string? Trouble);

/// <summary>A line of a failover's history.</summary>
public sealed record FailoverEventJson(DateTimeOffset At, string By, string Text, IReadOnlyList<string> Reasons);

/// <summary>A failover as programs read it.</summary>
/// <param name="Active"><c>primary</c> or <c>standby</c>.</param>
/// <param name="Move">Number of the last move; 0 before the first.</param>
/// <param name="Moving">The last move is not proved yet.</param>
/// <param name="Trouble">Why the switch does not listen; null when it does.</param>
/// <param name="Proposal">Number of the proposal that waits for a person; null when none does.</param>
/// <param name="Bars">What stands against moving to the other side now.</param>
/// <param name="HoldsAutomatic">What besides holds back an automatic move.</param>
/// <param name="Events">Newest first.</param>
public sealed record FailoverJson(
    string Key, string Service, string Mode, string Listen, string Active, long Move, bool Moving, string? Trouble, SideJson Primary, SideJson Standby,
    FreshJson? Fresh, int Connections, long? Proposal, IReadOnlyList<string> Bars, IReadOnlyList<string> HoldsAutomatic, IReadOnlyList<FailoverEventJson> Events)
{
    internal static FailoverJson From(FailoverView view) => new(view.Model.Key.Value, view.Model.Service.Value, Words.Of(view.Model.Mode),
        $"{view.Model.Listen}", Words.Of(view.Active), view.Move, view.IsMoving, view.Trouble, SideJson.From(view.Model.Primary, view.Primary),
        SideJson.From(view.Model.Standby, view.Standby),
        view.Fresh is { } fresh ? new FreshJson(fresh.Value, fresh.AtMost, fresh.AgeMs, fresh.Trouble) : null, view.Connections, view.Proposal?.Id, view.Bars,
        view.BarsOfAutomatic, [.. view.Events.Select(entry => new FailoverEventJson(entry.At, entry.By, entry.Text, entry.Reasons))]);
}

/// <summary>Failovers, in the order of the configuration.</summary>
public sealed record FailoverListJson(IReadOnlyList<FailoverJson> Failovers);

/// <summary>A request to move traffic.</summary>
/// <param name="To"><c>standby</c> or <c>primary</c>.</param>
/// <param name="Anyway">Move although that side is not fit; you were told why.</param>
/// <param name="Proposal">Follow this proposal: nothing moves when it is over.</param>
public sealed record MoveBody(string? To, bool? Anyway, long? Proposal, string? Why);

/// <summary>What came of it.</summary>
/// <param name="Outcome"><c>moving</c> or <c>alreadyThere</c>.</param>
public sealed record MoveJson(string Outcome, string Text);

/// <summary><c>/failovers</c> under the API's group.</summary>
internal static class FailoversApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var failovers = api.MapGroup("/failovers").WithTags("Failovers");
        failovers.MapGet("", ListAsync).WithName("listFailovers").WithSummary("Where traffic goes, and what stands against moving it");
        failovers.MapGet("/{key}", ShowAsync).WithName("showFailover").WithSummary("One failover");
        failovers.MapPost("/{key}/move", MoveAsync).RequireAuthorization(Permissions.Respond).WithName("moveTraffic")
            .WithSummary("Moves traffic by a person's word. Doing it again is harmless.");
    }

    private static async Task<Ok<FailoverListJson>> ListAsync(FailoverQueries queries, CancellationToken cancellation) =>
        TypedResults.Ok(new FailoverListJson([.. (await queries.AllAsync(cancellation)).Select(FailoverJson.From)]));

    private static async Task<Results<Ok<FailoverJson>, NotFound>> ShowAsync(FailoverKey key, FailoverQueries queries, CancellationToken cancellation) =>
        await queries.FindAsync(key, cancellation) is { } view ? TypedResults.Ok(FailoverJson.From(view)) : TypedResults.NotFound();

    private static async Task<Results<Ok<MoveJson>, NotFound, ValidationProblem, Conflict<ProblemDetails>>> MoveAsync(
        FailoverKey key, MoveBody body, ClaimsPrincipal user, FailoverActions actions, CancellationToken cancellation)
    {
        TrafficSide? wanted = body.To switch { "primary" => TrafficSide.Primary, "standby" => TrafficSide.Standby, _ => null };
        if (wanted is not { } to) return Invalid("to", "expected primary or standby");
        if (body.Why?.Length > MoveRequest.WhyLengthMax) return Invalid("why", $"{body.Why.Length} characters, at most {MoveRequest.WhyLengthMax} are kept");
        var answer = await actions.MoveAsync(new MoveRequest(key, to, body.Anyway ?? false, body.Proposal, body.Why), user.Actor, cancellation);
        return answer.Outcome switch
        {
            MoveOutcome.Moving or MoveOutcome.AlreadyThere => TypedResults.Ok(
                new MoveJson(JsonNamingPolicy.CamelCase.ConvertName(answer.Outcome.ToString()), answer.InWords(key, to))),
            MoveOutcome.Refused => TypedResults.Conflict(new ProblemDetails
            {
                Status = StatusCodes.Status409Conflict, Title = "Traffic was not moved.", Detail = string.Join("; ", answer.Reasons),
            }),
            MoveOutcome.Unknown => TypedResults.NotFound(),
        };
    }

    internal static ValidationProblem Invalid(string field, string text) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [text] }, title: "Nothing was done.");
}
