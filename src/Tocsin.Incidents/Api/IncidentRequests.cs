namespace Tocsin.Incidents.Api;

/// <summary>An outage as a program tells it. Moments are text as people write them, such as <c>2024-01-25 10:00 UTC</c>,
/// <c>about 2024-01-25 10:00</c>, <c>2024-01-25</c> or <c>unknown</c>.</summary>
/// <param name="Past">True, or an end: it is over, and nobody is paged.</param>
/// <param name="Zone">Of moments that name none; default the zone of the install.</param>
public sealed record OutageRequest(
    string? Title, IReadOnlyList<string>? Services, string? Severity, string? Zone, string? Started, string? Ended, bool? Past, ImpactJson? Impact,
    string? Cause, IReadOnlyList<EntryRequest>? Entries)
{
    internal bool IsPast => Past ?? !string.IsNullOrWhiteSpace(Ended);

    internal ToldOutage ToTold() => new()
    {
        Title = Title,
        Services = Services ?? [],
        Severity = Severity,
        Zone = Zone,
        Started = Started,
        Ended = Ended,
        Extent = Impact?.Extent,
        UsersPercent = Impact?.UsersPercent is { } share ? FormattableString.Invariant($"{share:0.####################}") : null,
        UsersBasis = Impact?.UsersBasis,
        Symptoms = Impact?.Symptoms,
        Business = Impact?.Business,
        Reputation = Impact?.Reputation,
        Cause = Cause,
        Entries = [.. (Entries ?? []).Select(entry => new ToldRow(entry.At, entry.Kind, entry.Text))],
    };
}

/// <summary>One row of the story of an outage that is told.</summary>
/// <param name="At">When it happened, as people write it.</param>
/// <param name="Kind">Default <c>note</c>.</param>
/// <param name="Text">What happened, at most 2,000 characters.</param>
public sealed record EntryRequest(string? At, string? Kind, string? Text);

/// <summary>That it is over.</summary>
/// <param name="Note">What ended it; becomes a row of the story.</param>
public sealed record ResolveRequest(string? Note);

/// <summary>A row that is added to the story.</summary>
/// <param name="At">Default: now. May lie in the past.</param>
/// <param name="Kind">Default <c>note</c>.</param>
public sealed record NoteRequest(string? Text, string? Kind, string? At, string? Zone);

/// <summary>What somebody suspects.</summary>
/// <param name="Suspect">In words; the key or name of a service and the number of a change are recognised. May be left out when one is named.</param>
/// <param name="Service">Key of a service.</param>
/// <param name="Change">Such as <c>CHG-3</c>.</param>
public sealed record SuspectRequest(string? Suspect, string? Service, string? Change, string? At, string? Zone);

/// <summary>That it was not this.</summary>
/// <param name="Because">What showed it.</param>
/// <param name="At">Default: now. May lie in the past.</param>
public sealed record RuleOutRequest(string? Because, string? At, string? Zone);
