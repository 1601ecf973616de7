using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Api;

/// <summary>An incident as programs read it. Words in lower case; times in UTC.</summary>
/// <param name="Id">Such as <c>INC-42</c>; addresses take it with or without the letters.</param>
/// <param name="State"><c>open</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="DurationSeconds">From start to end; null while it lasts or when either is not known exactly.</param>
public sealed record IncidentJson(
    string Id, string Title, string Severity, string State, IReadOnlyList<ServiceJson> Services, MomentJson Started, DateTimeOffset OpenedAt,
    string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, DateTimeOffset? ResolvesAt, DateTimeOffset? ResolvedAt, MomentJson? Ended,
    long? DurationSeconds, bool Declared, bool Past, string? Cause, ImpactJson? Impact)
{
    internal static IncidentJson From(Incident incident) => new(incident.Id.ToString(), incident.Title, Words.Of(incident.Severity), Words.Of(incident.State),
        [.. incident.Services.Select(service => new ServiceJson(service.Key.Value, service.Name))], MomentJson.From(incident.Started), incident.OpenedAt,
        incident.AckedBy?.Value, incident.AckedAt, incident.ResolvesAt, incident.ResolvedAt, incident.Ended is null ? null : MomentJson.From(incident.Ended),
        incident.Duration is { } length ? (long)length.TotalSeconds : null, incident.IsDeclared, incident.IsPast, incident.Cause,
        incident.Impact is null ? null : ImpactJson.From(incident.Impact));
}

/// <param name="Timeline">Oldest first.</param>
public sealed record IncidentDetailJson(IncidentJson Incident, IReadOnlyList<TimelineJson> Timeline, IReadOnlyList<SuspicionJson> Suspicions);

public sealed record ServiceJson(string Key, string Name);

/// <param name="Precision"><c>exact</c>, <c>about</c>, <c>dateOnly</c> or <c>unknown</c>.</param>
/// <param name="Zone">In which it was told; null when Tocsin recorded it.</param>
public sealed record MomentJson(DateTimeOffset? At, string Precision, string? Zone)
{
    internal static MomentJson From(ToldMoment moment) => new(moment.At, Words.Of(moment.Precision), moment.Zone);
}

/// <param name="Extent"><c>full</c>, <c>partial</c>, <c>degraded</c> or <c>unknown</c>.</param>
/// <param name="UsersPercent">0 to 100.</param>
public sealed record ImpactJson(string? Extent, double? UsersPercent, string? UsersBasis, string? Symptoms, string? Business, string? Reputation)
{
    internal static ImpactJson From(Impact impact) => new(
        Words.Of(impact.Extent), impact.UsersPercent, impact.UsersBasis, impact.Symptoms, impact.Business, impact.Reputation);
}

/// <param name="Seq">The journal entry behind it.</param>
/// <param name="Told">A person wrote it; false when Tocsin recorded it.</param>
public sealed record TimelineJson(long Seq, DateTimeOffset At, MomentJson When, string Kind, string By, string Text, bool Told)
{
    internal static TimelineJson From(TimelineRow row) =>
        new(row.Seq, row.At, MomentJson.From(row.When), TimelineKinds.Word(row.Kind), row.By, row.Text, row.IsTold);
}

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
