using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Api;

/// <summary>An incident as programs read it. Words in lower case; times in UTC.</summary>
/// <param name="Id">Such as <c>INC-42</c>; addresses take it with or without the letters.</param>
/// <param name="State"><c>open</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="Started">As it is known, in words: <c>about 2024-01-25 10:00 EAT</c>, <c>2024-01-25</c> or <c>unknown</c>.</param>
/// <param name="StartedAt">The same as a moment; null when it is unknown.</param>
/// <param name="DurationSeconds">From start to end; null while it lasts or when either is not known exactly.</param>
public sealed record IncidentJson(
    string Id, string Title, string Severity, string State, IReadOnlyList<ServiceJson> Services, string Started, DateTimeOffset? StartedAt,
    DateTimeOffset OpenedAt, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, DateTimeOffset? ResolvesAt, DateTimeOffset? ResolvedAt,
    string? Ended, DateTimeOffset? EndedAt, long? DurationSeconds, bool Declared, bool Past, string? Cause, ImpactJson? Impact)
{
    /// <summary>Oldest first; null in lists.</summary>
    public IReadOnlyList<TimelineJson>? Timeline { get; init; }

    /// <summary>Null in lists.</summary>
    public IReadOnlyList<SuspicionJson>? Suspicions { get; init; }

    internal static IncidentJson From(Incident incident, string zone) => new(incident.Id.ToString(), incident.Title, Words.Of(incident.Severity),
        Words.Of(incident.State), [.. incident.Services.Select(service => new ServiceJson(service.Key.Value, service.Name))],
        ToldMoments.InWords(incident.Started, zone), incident.Started.At, incident.OpenedAt, incident.AckedBy?.Value, incident.AckedAt,
        incident.ResolvesAt, incident.ResolvedAt, incident.Ended is { } ended ? ToldMoments.InWords(ended, zone) : null, incident.Ended?.At,
        incident.Duration is { } length ? (long)length.TotalSeconds : null, incident.IsDeclared, incident.IsPast, incident.Cause,
        incident.Impact is null ? null : ImpactJson.From(incident.Impact));
}

/// <summary>Incidents, newest start first.</summary>
public sealed record IncidentListJson(IReadOnlyList<IncidentJson> Incidents);

/// <summary>A service that an incident touches.</summary>
public sealed record ServiceJson(string Key, string Name);

/// <summary>Whom the outage hurt, and how.</summary>
/// <param name="Extent"><c>full</c>, <c>partial</c>, <c>degraded</c> or <c>unknown</c>.</param>
/// <param name="UsersPercent">0 to 100.</param>
public sealed record ImpactJson(string? Extent, double? UsersPercent, string? UsersBasis, string? Symptoms, string? Business, string? Reputation)
{
    internal static ImpactJson From(Impact impact) => new(
        Words.Of(impact.Extent), impact.UsersPercent, impact.UsersBasis, impact.Symptoms, impact.Business, impact.Reputation);
}

/// <summary>One row of the story.</summary>
/// <param name="Seq">The journal entry behind it.</param>
/// <param name="When">As it is known, in words.</param>
/// <param name="Told">A person wrote it; false when Tocsin recorded it.</param>
public sealed record TimelineJson(long Seq, DateTimeOffset At, string When, string Kind, string By, string Text, bool Told)
{
    internal static TimelineJson From(TimelineRow row, string zone) =>
        new(row.Seq, row.At, ToldMoments.InWords(row.When, zone), TimelineKinds.Word(row.Kind), row.By, row.Text, row.IsTold);
}

/// <summary>What somebody suspected, and what came of it.</summary>
/// <param name="Number">Within the incident, from 1; part of the address that rules it out.</param>
public sealed record SuspicionJson(
    int Number, string Suspect, string? Service, string? Change, string By, DateTimeOffset Since, bool Open, string? RuledOutBy,
    DateTimeOffset? RuledOutAt, string? Because)
{
    internal static SuspicionJson From(Suspicion suspicion) => new(suspicion.Number, suspicion.Suspect, suspicion.Service?.Value,
        suspicion.Change?.ToString(), suspicion.By, suspicion.Since, suspicion.IsOpen, suspicion.RuledOutBy, suspicion.RuledOutAt, suspicion.Because);
}

/// <summary>Members of enums as words: the first letter small.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
