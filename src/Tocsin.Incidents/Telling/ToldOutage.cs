using NodaTime;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>What a person typed about an outage: every value as text, so that nothing is lost when something is wrong.</summary>
public sealed record ToldOutage
{
    public string? Title { get; init; }
    /// <summary>Keys or names.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
    /// <summary><c>sev1</c> to <c>sev4</c>; empty is <c>sev2</c>.</summary>
    public string? Severity { get; init; }
    /// <summary>Zone of the moments that name none; empty is the zone of the install.</summary>
    public string? Zone { get; init; }
    public string? Started { get; init; }
    public string? Ended { get; init; }
    /// <summary><c>full</c>, <c>partial</c>, <c>degraded</c> or <c>unknown</c>.</summary>
    public string? Extent { get; init; }
    /// <summary>0 to 100, with or without a percent sign.</summary>
    public string? UsersPercent { get; init; }
    public string? UsersBasis { get; init; }
    public string? Symptoms { get; init; }
    public string? Business { get; init; }
    public string? Reputation { get; init; }
    public string? Cause { get; init; }
    public IReadOnlyList<ToldRow> Entries { get; init; } = [];
}

/// <summary>One typed row of a story.</summary>
/// <param name="When">A moment; a time alone is on the day of the start, when the outage lies within one day.</param>
/// <param name="Kind">Word of a kind; empty is <c>note</c>.</param>
public sealed record ToldRow(string? When, string? Kind, string? Text)
{
    public bool IsEmpty => string.IsNullOrWhiteSpace(When) && string.IsNullOrWhiteSpace(Text);
}

/// <summary>A declaration, or everything that keeps the text from being one. Exactly one of the two is there.</summary>
public sealed record ToldReading(Declaration? Declaration, IReadOnlyList<FieldError> Errors);

/// <summary>Reads what was typed. Pure.</summary>
public static class ToldOutageReader
{
    private const string DefaultBasis = "a person's estimate";

    /// <param name="defaultZone">Zone of the install.</param>
    /// <param name="isPast">A past outage has an end, known or not; one that goes on has none.</param>
    public static ToldReading Read(ToldOutage told, string defaultZone, bool isPast)
    {
        var errors = new List<FieldError>();
        var zone = Take("zone", ReadZone(told.Zone, defaultZone)) ?? defaultZone;
        var started = Take("started", ToldMoments.Parse(told.Started, zone));
        var ended = isPast ? Take("ended", ToldMoments.Parse(told.Ended, zone)) : null;
        var severity = Take("severity", ReadSeverity(told.Severity));
        var impact = ReadImpact(told, errors);
        var day = DayOf(started, ended);
        var entries = new List<ToldEntry>();
        for (var index = 0; index < told.Entries.Count; index++)
        {
            var row = told.Entries[index];
            if (row.IsEmpty) continue;
            var when = Take($"entries[{index}].at", ToldMoments.Parse(row.When, zone, day));
            var kind = string.IsNullOrWhiteSpace(row.Kind) ? TimelineKind.Note : Take($"entries[{index}].kind", TimelineKinds.Read(row.Kind));
            if (when is not null) entries.Add(new ToldEntry(kind, row.Text?.Trim() ?? "", when));
        }
        if (string.IsNullOrWhiteSpace(told.Title)) errors.Insert(0, new("title", "the title is empty"));
        return errors.Count > 0 ? new ToldReading(null, errors) : new ToldReading(new Declaration
        {
            Title = told.Title!.Trim(),
            Services = [.. told.Services.Select(service => service.Trim()).Where(service => service.Length > 0)],
            Severity = severity,
            // Nothing told about the start of an outage that goes on means now.
            Started = !isPast && started is { Precision: Precision.Unknown } ? null : started,
            Ended = ended,
            Impact = impact,
            Cause = told.Cause,
            Entries = entries,
        }, []);

        T? Take<T>(string field, Parsed<T> parsed)
        {
            if (parsed.TryGet(out var value, out var error)) return value;
            errors.Add(new(field, error));
            return default;
        }
    }

    private static Parsed<string> ReadZone(string? zone, string defaultZone)
    {
        if (string.IsNullOrWhiteSpace(zone)) return defaultZone;
        return ToldMoments.ReadZone(zone.Trim()).TryGet(out _, out var error) ? zone.Trim() : Parsed<string>.Bad(error);
    }

    public static Parsed<Severity> ReadSeverity(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" or "sev2" or "2" => Severity.Sev2,
        "sev1" or "1" => Severity.Sev1,
        "sev3" or "3" => Severity.Sev3,
        "sev4" or "4" => Severity.Sev4,
        _ => Parsed<Severity>.Bad($"'{text}' is not a severity; write sev1, sev2, sev3 or sev4"),
    };

    /// <returns>Null when nothing is told.</returns>
    public static Impact? ReadImpact(ToldOutage told, List<FieldError> errors)
    {
        if (!ReadExtent(told.Extent).TryGet(out var extent, out var error)) errors.Add(new("impact.extent", error));
        if (!ReadPercent(told.UsersPercent).TryGet(out var share, out error)) errors.Add(new("impact.usersPercent", error));
        var impact = new Impact(extent, share.Value, Texts.OrNull(told.UsersBasis) ?? (share.Value is null ? null : DefaultBasis),
            Texts.OrNull(told.Symptoms), Texts.OrNull(told.Business), Texts.OrNull(told.Reputation));
        return impact == new Impact(Extent.Unknown, null, null, null, null, null) ? null : impact;
    }

    private static Parsed<Extent> ReadExtent(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null or "" or "unknown" => Extent.Unknown,
        "full" => Extent.Full,
        "partial" => Extent.Partial,
        "degraded" => Extent.Degraded,
        _ => Parsed<Extent>.Bad($"'{text}' is not an extent; write full, partial, degraded or unknown"),
    };

    private readonly record struct Share(double? Value);

    private static Parsed<Share> ReadPercent(string? text)
    {
        var number = text?.Trim().TrimEnd('%').Trim();
        if (string.IsNullOrEmpty(number)) return new Share(null);
        return double.TryParse(number, System.Globalization.NumberStyles.AllowDecimalPoint, null, out var share) && share is >= 0 and <= 100
            ? new Share(share) : Parsed<Share>.Bad($"'{text}' is not a share of users; write 0 to 100, in percent");
    }

    // A time alone names its day only when there is no doubt: the outage began and ended on one.
    private static LocalDate? DayOf(ToldMoment? started, ToldMoment? ended)
    {
        var first = DayOf(started);
        return ended?.At is null || DayOf(ended) == first ? first : null;
    }

    private static LocalDate? DayOf(ToldMoment? moment) =>
        moment is { At: { } at, Zone: { } zoneText } && ToldMoments.ReadZone(zoneText).TryGet(out var zone, out _)
            ? Instant.FromDateTimeOffset(at).InZone(zone).Date : null;
}
