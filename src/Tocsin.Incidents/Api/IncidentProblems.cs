using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Api;

/// <summary>Refusals that name the field and what to do.</summary>
internal static class IncidentProblems
{
    public static ValidationProblem Invalid(IEnumerable<FieldError> errors) => TypedResults.ValidationProblem(
        errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray()),
        title: "The request says something that cannot be kept.");

    public static ValidationProblem Invalid(string field, string message) => Invalid([new FieldError(field, message)]);

    public static ProblemDetails AlreadyResolved(Incident incident) => new()
    {
        Status = StatusCodes.Status409Conflict,
        Title = $"{incident.Id} is resolved.",
        Detail = "It ended before this arrived; there is nothing left to acknowledge.",
    };

    public static ProblemDetails NeedsAPerson() => new()
    {
        Status = StatusCodes.Status409Conflict,
        Title = "Only a person can acknowledge.",
        Detail = "This token belongs to an integration; use a token that a person made under 'Your account'.",
    };

    /// <summary>Reads the moment of an entry; nothing told is null: now.</summary>
    public static Parsed<ToldMoment?> ReadWhen(string? when, string? zone, string defaultZone) =>
        string.IsNullOrWhiteSpace(when) ? Parsed<ToldMoment?>.Of(null)
        : ToldMoments.Parse(when, string.IsNullOrWhiteSpace(zone) ? defaultZone : zone.Trim()) is var read && read.IsValid
            ? Parsed<ToldMoment?>.Of(read.Value) : Parsed<ToldMoment?>.Bad(read.Error);
}
