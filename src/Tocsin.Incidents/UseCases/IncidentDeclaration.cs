using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>What a person says about an outage that no probe saw, or that is over.</summary>
public sealed record Declaration
{
    /// <summary>1 to 200 characters.</summary>
    public required string Title { get; init; }
    /// <summary>Keys or names of services; one that the configuration does not know is kept as written. At most 50.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
    public Severity Severity { get; init; } = Severity.Sev2;
    /// <summary>Default: now.</summary>
    public ToldMoment? Started { get; init; }
    /// <summary>Given: the outage is over and written up; nobody is paged.</summary>
    public ToldMoment? Ended { get; init; }
    public Impact? Impact { get; init; }
    public string? Cause { get; init; }
    /// <summary>Rows of the story, in the order in which they are to stand when their times are equal. At most 500.</summary>
    public IReadOnlyList<ToldEntry> Entries { get; init; } = [];
}

/// <summary>One told row of a story.</summary>
public sealed record ToldEntry(TimelineKind Kind, string Text, ToldMoment OccurredAt);

/// <summary>Opens incidents by a person's word.</summary>
public sealed class IncidentDeclaration(IStore store, IRevisions revisions, TimeProvider clock)
{
    private const int ServicesMax = 50, EntriesMax = 500;

    /// <summary>An outage that goes on: people are paged as for an alert.</summary>
    public Task<Parsed<Incident>> DeclareAsync(Declaration declaration, Actor by, CancellationToken cancellation = default) =>
        WriteAsync(declaration with { Ended = null }, isPast: false, by, cancellation);

    /// <summary>An outage that is over: nobody is paged, and the story is told from memory.</summary>
    public Task<Parsed<Incident>> WriteUpAsync(Declaration declaration, Actor by, CancellationToken cancellation = default) =>
        WriteAsync(declaration with { Started = declaration.Started ?? ToldMoment.Unknown, Ended = declaration.Ended ?? ToldMoment.Unknown },
            isPast: true, by, cancellation);

    private async Task<Parsed<Incident>> WriteAsync(Declaration declaration, bool isPast, Actor by, CancellationToken cancellation)
    {
        if (Refusal(declaration) is { } error) return Parsed<Incident>.Bad(error);
        var catalog = revisions.Current.Catalog;
        return await store.WriteAsync<Parsed<Incident>>(async tx =>
        {
            var now = clock.GetUtcNow();
            var incident = await IncidentStore.InsertAsync(tx, Compose(declaration, isPast, catalog, now));
            var opened = tx.Append(new IncidentOpened(incident.Id, incident.Title, [.. incident.Services.Select(service => service.Key)],
                incident.Severity, incident.StartedAt, null, Declared: true, isPast), isPast ? incident.StartedAt : now, by);
            if (declaration.Impact is not null || declaration.Cause is not null)
            {
                tx.Append(new IncidentDescribed(incident.Id, null, null, null, null, null, declaration.Impact, incident.Cause), now, by, opened);
            }
            var at = incident.StartedAt;
            foreach (var entry in declaration.Entries)
            {
                // A row whose time nobody knows stands where it was told: after the row before it.
                at = entry.OccurredAt.At ?? at;
                tx.Append(new IncidentNoted(incident.Id, entry.Kind, entry.Text.Trim(), entry.OccurredAt), at, by, opened);
            }
            return incident;
        }, cancellation: cancellation);
    }

    private static Incident Compose(Declaration declaration, bool isPast, CatalogModel catalog, DateTimeOffset now)
    {
        var started = declaration.Started ?? ToldMoment.Exactly(now);
        var startedAt = started.At ?? declaration.Entries.Select(entry => entry.OccurredAt.At).FirstOrDefault(at => at is not null)
            ?? declaration.Ended?.At ?? now;
        return new Incident
        {
            Id = default,
            Title = declaration.Title.Trim(),
            Severity = declaration.Severity,
            State = isPast ? IncidentState.Resolved : IncidentState.Open,
            Services = [.. declaration.Services.Select(name => ServiceNames.Resolve(name, catalog)).DistinctBy(service => service.Key)],
            Started = started,
            StartedAt = startedAt,
            OpenedAt = now,
            ResolvedAt = isPast ? now : null,
            Ended = declaration.Ended,
            EndedAt = declaration.Ended?.At,
            IsDeclared = true,
            IsPast = isPast,
            Cause = Texts.OrNull(declaration.Cause),
            Impact = declaration.Impact,
        };
    }

    /// <returns>Everything that is wrong, joined; null when nothing is.</returns>
    private static string? Refusal(Declaration declaration)
    {
        var errors = new List<string>();
        if (Texts.Line(declaration.Title, "the title", Texts.TitleLengthMax) is { Error: { } title }) errors.Add(title);
        if (declaration.Services.Count > ServicesMax) errors.Add($"at most {ServicesMax} services");
        if (declaration.Entries.Count > EntriesMax) errors.Add($"at most {EntriesMax} timeline entries");
        if (declaration.Started?.At is { } start && declaration.Ended?.At is { } end && end < start)
        {
            errors.Add($"it ends before it starts ({ToldMoments.InWords(declaration.Ended, "UTC")} is before {ToldMoments.InWords(declaration.Started, "UTC")})");
        }
        if (declaration.Impact?.UsersPercent is < 0 or > 100) errors.Add("the share of users is 0 to 100 percent");
        for (var index = 0; index < declaration.Entries.Count; index++)
        {
            if (Texts.Line(declaration.Entries[index].Text, $"timeline entry {index + 1}", Texts.NoteLengthMax) is { Error: { } bad }) errors.Add(bad);
        }
        return errors.Count == 0 ? null : string.Join("; ", errors);
    }
}

/// <summary>Finds the service that a person means.</summary>
public static class ServiceNames
{
    public static AffectedService Resolve(string name, CatalogModel catalog)
    {
        var text = name.Trim();
        var known = catalog.Services.Values.FirstOrDefault(service =>
            string.Equals(service.Key.Value, text, StringComparison.OrdinalIgnoreCase)
            || string.Equals(service.Name, text, StringComparison.OrdinalIgnoreCase));
        return known is not null ? new AffectedService(known.Key, known.Name) : new AffectedService(KeyFor(text), text);
    }

    private static ServiceKey KeyFor(string name)
    {
        var key = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return new ServiceKey(key.Length == 0 ? "service" : key.Length > Keys.LengthMax ? key[..Keys.LengthMax] : key);
    }
}
