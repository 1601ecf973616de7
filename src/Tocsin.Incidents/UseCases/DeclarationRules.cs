using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>What is wrong with one field of a form or request.</summary>
/// <param name="Field">Its name there, such as <c>entries[2].when</c>.</param>
/// <param name="Message">What is wrong and what was expected, as a clause for people.</param>
public sealed record FieldError(string Field, string Message);

/// <summary>What a declaration may say. Pure; every error is found, not only the first.</summary>
internal static class DeclarationRules
{
    public const int ServicesMax = 50, EntriesMax = 500, RequestKeyLengthMax = 200;

    /// <summary>Clocks of people and servers differ by this much without anybody noticing.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<FieldError> Check(Declaration declaration, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        Line("title", declaration.Title, "the title", Texts.TitleLengthMax);
        Optional("cause", declaration.Cause, "the cause");
        if (declaration.RequestKey is { Length: 0 or > RequestKeyLengthMax }) errors.Add(new("Idempotency-Key", $"the key has 1 to {RequestKeyLengthMax} characters"));
        if (declaration.Services.Count > ServicesMax) errors.Add(new("services", $"at most {ServicesMax} services are kept"));
        for (var index = 0; index < declaration.Services.Count; index++)
        {
            Line($"services[{index}]", declaration.Services[index], "the name of the service", ServiceNames.LengthMax);
        }
        if (declaration.Entries.Count > EntriesMax) errors.Add(new("entries", $"at most {EntriesMax} timeline entries are kept"));
        for (var index = 0; index < declaration.Entries.Count; index++)
        {
            var entry = declaration.Entries[index];
            Line($"entries[{index}].text", entry.Text, $"timeline entry {index + 1}", Texts.NoteLengthMax);
            NotAhead($"entries[{index}].at", entry.OccurredAt, $"timeline entry {index + 1}");
        }
        NotAhead("started", declaration.Started, "the start");
        NotAhead("ended", declaration.Ended, "the end");
        errors.AddRange(Order(declaration.Started, declaration.Ended));
        errors.AddRange(Check(declaration.Impact));
        return errors;

        void Line(string field, string? text, string what, int lengthMax)
        {
            if (Texts.Line(text, what, lengthMax).Error is { } error) errors.Add(new(field, error));
        }
        void Optional(string field, string? text, string what)
        {
            if (text?.Length > Texts.NoteLengthMax) errors.Add(new(field, Texts.TooLong(text, what, Texts.NoteLengthMax)));
        }
        void NotAhead(string field, ToldMoment? moment, string what)
        {
            if (moment?.At > now + AheadMax) errors.Add(new(field, $"{what} lies in the future ({ToldMoments.InWords(moment, "UTC")})"));
        }
    }

    /// <summary>The same for corrections of an incident that is there.</summary>
    public static IReadOnlyList<FieldError> Check(IncidentDescription description, Incident incident)
    {
        var errors = new List<FieldError>();
        if (description.Title is not null && Texts.Line(description.Title, "the title", Texts.TitleLengthMax).Error is { } title) errors.Add(new("title", title));
        if (description.Cause?.Length > Texts.NoteLengthMax) errors.Add(new("cause", Texts.TooLong(description.Cause, "the cause", Texts.NoteLengthMax)));
        if (description.Services?.Count > ServicesMax) errors.Add(new("services", $"at most {ServicesMax} services are kept"));
        if (description.Ended is not null && !incident.IsOver) errors.Add(new("ended", $"{incident.Id} goes on; resolve it first"));
        errors.AddRange(Order(description.Started ?? incident.Started, description.Ended ?? incident.Ended));
        errors.AddRange(Check(description.Impact));
        return errors;
    }

    private static IEnumerable<FieldError> Order(ToldMoment? started, ToldMoment? ended)
    {
        // A day without a time begins at midnight: 2024-01-25 does not end before 2024-01-25 10:00.
        var latestEnd = ended is { Precision: Precision.DateOnly, At: { } day } ? day.AddDays(1) : ended?.At;
        if (started?.At is { } start && latestEnd < start)
        {
            yield return new("ended", $"it ends before it starts ({ToldMoments.InWords(ended!, "UTC")} is before {ToldMoments.InWords(started, "UTC")})");
        }
    }

    private static IEnumerable<FieldError> Check(Impact? impact)
    {
        if (impact is null) yield break;
        if (impact.UsersPercent is { } share && share is not (>= 0 and <= 100)) yield return new("impact.usersPercent", "the share of users is 0 to 100 percent");
        foreach (var (field, text) in new[]
        {
            ("usersBasis", impact.UsersBasis), ("symptoms", impact.Symptoms), ("business", impact.Business), ("reputation", impact.Reputation),
        })
        {
            if (text?.Length > Texts.NoteLengthMax) yield return new($"impact.{field}", Texts.TooLong(text, "the text", Texts.NoteLengthMax));
        }
    }
}
