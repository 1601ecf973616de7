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
    /// <summary>The sender's name for this request: sent again, it answers the incident that the first one opened. 1 to 200 characters; null is none.</summary>
    public string? RequestKey { get; init; }
}

/// <summary>One told row of a story.</summary>
public sealed record ToldEntry(TimelineKind Kind, string Text, ToldMoment OccurredAt);

/// <summary>Opens incidents by a person's word.</summary>
public sealed class IncidentDeclaration(IStore store, IRevisions revisions, TimeProvider clock)
{
    /// <summary>Everything that is wrong, by field; empty when it would be taken.</summary>
    public IReadOnlyList<FieldError> Check(Declaration declaration) => DeclarationRules.Check(declaration, clock.GetUtcNow());

    /// <summary>An outage that goes on: people are paged as for an alert.</summary>
    public Task<Parsed<Incident>> DeclareAsync(Declaration declaration, Actor by, CancellationToken cancellation = default) =>
        WriteAsync(declaration with { Ended = null }, isPast: false, by, cancellation);

    /// <summary>An outage that is over: nobody is paged, and the story is told from memory.</summary>
    public Task<Parsed<Incident>> WriteUpAsync(Declaration declaration, Actor by, CancellationToken cancellation = default) =>
        WriteAsync(declaration with { Started = declaration.Started ?? ToldMoment.Unknown, Ended = declaration.Ended ?? ToldMoment.Unknown },
            isPast: true, by, cancellation);

    private async Task<Parsed<Incident>> WriteAsync(Declaration declaration, bool isPast, Actor by, CancellationToken cancellation)
    {
        if (Check(declaration) is { Count: > 0 } errors) return Parsed<Incident>.Bad(string.Join("; ", errors.Select(error => error.Message)));
        var catalog = revisions.Current.Catalog;
        return await store.WriteAsync<Parsed<Incident>>(async tx =>
        {
            var request = declaration.RequestKey is { } key ? $"{by} {key}" : null;
            if (request is not null && await IncidentStore.OfRequestAsync(tx, request) is { } known) return known;
            var now = clock.GetUtcNow();
            var incident = await IncidentStore.InsertAsync(tx, Compose(declaration, isPast, catalog, now));
            if (request is not null) await IncidentStore.KeepRequestAsync(tx, request, incident.Id);
            var opened = tx.Append(new IncidentOpened(incident.Id, incident.Title, [.. incident.Services.Select(service => service.Key)],
                incident.Severity, incident.StartedAt, null, Declared: true, isPast), isPast ? incident.StartedAt : now, by);
            if (declaration.Impact is not null || declaration.Cause is not null)
            {
                tx.Append(new IncidentDescribed(incident.Id, null, null, null, null, null, declaration.Impact, incident.Cause), now, by, opened);
            }
            DateTimeOffset? before = null;
            foreach (var entry in declaration.Entries)
            {
                var at = PlaceOf(entry.OccurredAt, before ?? incident.StartedAt, before is null);
                tx.Append(new IncidentNoted(incident.Id, entry.Kind, entry.Text.Trim(), entry.OccurredAt), at, by, opened);
                before = at;
            }
            return incident;
        }, cancellation: cancellation);
    }

    /// <summary>Where a row stands: a time that nobody knows, or of which only the day is known, keeps the place in which it was told.</summary>
    private static DateTimeOffset PlaceOf(ToldMoment told, DateTimeOffset before, bool isFirst) => told switch
    {
        { At: null } => before,
        { Precision: Precision.DateOnly, At: { } day } when !isFirst && before >= day && before < day.AddDays(1) => before,
        { At: { } at } => at,
    };

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
}

/// <summary>Finds the service that a person means.</summary>
public static class ServiceNames
{
    public const int LengthMax = 80;

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
