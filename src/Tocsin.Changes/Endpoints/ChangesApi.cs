using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Changes;

/// <summary>A change as a program tells it: JSON with these fields, all text.</summary>
/// <param name="Kind">Such as <c>deploy</c>; default <c>change</c>.</param>
/// <param name="Title">Needed. Such as <c>deploy/812</c>.</param>
/// <param name="Service">Key or name of a service.</param>
/// <param name="HappenedAt">ISO 8601 with <c>Z</c> or an offset; default now.</param>
public sealed record ChangeBody(
    string? Kind, string? Title, string? Service, string? Description, string? Link, string? Author, string? HappenedAt);

/// <summary>A change as the API answers it.</summary>
/// <param name="Id">Such as <c>CHG-3</c>.</param>
public sealed record ChangeView(
    string Id, string Kind, string Title, string? Service, string? Description, string? Link, string? Author,
    DateTimeOffset HappenedAt, DateTimeOffset RecordedAt, string RecordedBy)
{
    internal static ChangeView Of(Change change) => new(change.Id.ToString(), change.Kind, change.Title, change.Service?.Value,
        change.Description, change.Link, change.Author, change.HappenedAt, change.RecordedAt, change.RecordedBy.Text);
}

/// <summary>Changes, newest first.</summary>
public sealed record ChangeList(IReadOnlyList<ChangeView> Changes);

/// <summary><c>/changes</c> under the API's group.</summary>
public static class ChangesApi
{
    private const string KeyHeader = "Idempotency-Key";

    /// <param name="api">The group of <c>/api/v1</c>: reading follows its policy, recording asks for <see cref="Permissions.Respond"/>.</param>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/changes", RecordAsync).RequireAuthorization(Permissions.Respond).Accepts<ChangeBody>("application/json")
            .WithName("RecordChange").WithSummary("Record something that altered production")
            .WithDescription($"With the header {KeyHeader}, the same key again answers the change that is already there.").ProducesValidationProblem();
        api.MapGet("/changes", ListAsync).WithName("ListChanges").WithSummary("Changes, newest first").ProducesValidationProblem();
    }

    private static async Task<Results<Created<ChangeView>, ValidationProblem>> RecordAsync(
        HttpContext http, ChangeRecorder recorder, CancellationToken cancellation)
    {
        var (body, unreadable) = await ReadAsync(http.Request, cancellation);
        if (body is null) return Refuse([unreadable!]);
        var (happenedAt, badMoment) = ReadMoment(body.HappenedAt);
        var request = new ChangeRequest
        {
            Kind = body.Kind, Title = body.Title, Service = body.Service, Description = body.Description, Link = body.Link,
            Author = body.Author, HappenedAt = happenedAt, IdempotencyKey = http.Request.Headers[KeyHeader].ToString(),
        };
        var problems = recorder.ProblemsOf(request);
        if (problems.Count > 0 || badMoment is not null) return Refuse(badMoment is null ? problems : [.. problems, badMoment]);
        var recorded = await recorder.RecordAsync(request, http.User.Actor, cancellation);
        // The configuration may have been replaced between the two: the sentence then has no field of its own.
        if (!recorded.TryGet(out var change, out var error)) return Refuse([new FieldProblem("service", error)]);
        return TypedResults.Created($"{http.Request.Path}/{change.Id}", ChangeView.Of(change));
    }

    private static async Task<Results<Ok<ChangeList>, ValidationProblem>> ListAsync(
        ChangeQueries changes, string? service, string? limit, CancellationToken cancellation)
    {
        var problems = new List<FieldProblem>();
        var key = default(ServiceKey);
        if (!string.IsNullOrEmpty(service) && !Keys.TryParse(service, out key)) problems.Add(new("service", $"expected the key of a service: {Keys.Shape}"));
        var count = 100;
        if (!string.IsNullOrEmpty(limit) && (!int.TryParse(limit, NumberStyles.None, null, out count) || count is < 1 or > ChangeQueries.LimitMax))
            problems.Add(new("limit", $"expected a number from 1 to {ChangeQueries.LimitMax}"));
        if (problems.Count > 0) return Refuse(problems);
        var found = await changes.RecentAsync(string.IsNullOrEmpty(service) ? null : key, count, cancellation);
        return TypedResults.Ok(new ChangeList([.. found.Select(ChangeView.Of)]));
    }

    private static async Task<(ChangeBody? Body, FieldProblem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType()) return (null, new FieldProblem("", "expected a body of the type application/json"));
        try
        {
            return await JsonSerializer.DeserializeAsync<ChangeBody>(request.Body, JsonSerializerOptions.Web, cancellation) is { } body
                ? (body, null) : (null, new FieldProblem("", "expected an object such as {\"title\": \"deploy/812\"}"));
        }
        catch (JsonException error)
        {
            var field = error.Path?.TrimStart('$', '.') ?? "";
            return (null, new FieldProblem(field, field.Length > 0 ? "expected a text" : "this is not JSON"));
        }
    }

    private static (DateTimeOffset? At, FieldProblem? Problem) ReadMoment(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return (null, null);
        var hasZone = text.Contains('Z', StringComparison.OrdinalIgnoreCase) || text.LastIndexOfAny(['+', '-']) > 10;
        return hasZone && text.Length <= 40 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? (at.ToUniversalTime(), null)
            : (null, new FieldProblem("happenedAt", "expected a moment with its zone, such as 2026-01-25T10:00:00Z or 2026-01-25T11:00:00+01:00"));
    }

    private static ValidationProblem Refuse(IEnumerable<FieldProblem> problems) => TypedResults.ValidationProblem(
        problems.GroupBy(problem => problem.Field).ToDictionary(group => group.Key, group => group.Select(problem => problem.Text).ToArray()),
        title: "The change was not recorded.");
}
