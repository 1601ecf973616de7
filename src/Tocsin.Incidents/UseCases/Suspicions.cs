using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>What somebody thinks it might be, and how that ended.</summary>
/// <param name="Number">Within the incident, from 1.</param>
/// <param name="RuledOutAt">Null while it is still looked at.</param>
public sealed record Suspicion(
    int Number, string Suspect, ServiceKey? Service, ChangeId? Change, string By, DateTimeOffset Since, string? RuledOutBy,
    DateTimeOffset? RuledOutAt, string? Because)
{
    public bool IsOpen => RuledOutAt is null;
}

/// <summary>The wrong turns: who suspects what since when, and what ruled it out.</summary>
public sealed class Suspicions(IStore store, IRevisions revisions, TimeProvider clock)
{
    private const string Columns = "number, suspect, service, change_id, suspected_by, since, ruled_out_by, ruled_out_at, because";
    private const int OpenMax = 50;

    /// <param name="suspect">A service, a change or a free text, as people read it; 1 to 200 characters.</param>
    /// <returns>The suspicion; an open one of the same words is answered again. An error when the incident is unknown or the text bad.</returns>
    public async Task<Parsed<Suspicion>> SuspectAsync(IncidentId id, string suspect, ServiceKey? service, ChangeId? change, Actor by,
        ToldMoment? occurredAt = null, CancellationToken cancellation = default)
    {
        if (!Texts.Line(suspect, "the suspect", Texts.TitleLengthMax).TryGet(out var line, out var error)) return Parsed<Suspicion>.Bad(error);
        return await store.WriteAsync<Parsed<Suspicion>>(async tx =>
        {
            if (await IncidentStore.TakeAsync(tx, id) is null) return Parsed<Suspicion>.Bad($"there is no {id}");
            var known = await AllAsync(tx, id);
            if (known.FirstOrDefault(old => old.IsOpen && old.Suspect == line) is { } same) return same;
            if (known.Count(old => old.IsOpen) >= OpenMax) return Parsed<Suspicion>.Bad($"{OpenMax} suspicions are open; rule some out first");
            var when = occurredAt ?? ToldMoment.Exactly(clock.GetUtcNow());
            var since = when.At ?? clock.GetUtcNow();
            var next = new Suspicion(known.Count + 1, line, service, change, NameOf(by), since, null, null, null);
            await InsertAsync(tx, id, next);
            tx.Append(new IncidentSuspected(id, next.Number, line, service, change, when), since, by);
            return next;
        }, cancellation: cancellation);
    }

    /// <returns>The suspicion as it ended, also when it had ended already; an error when there is none of that number.</returns>
    public async Task<Parsed<Suspicion>> RuleOutAsync(IncidentId id, int number, string because, Actor by, ToldMoment? occurredAt = null,
        CancellationToken cancellation = default)
    {
        if (!Texts.Line(because, "the reason", Texts.NoteLengthMax).TryGet(out var line, out var error)) return Parsed<Suspicion>.Bad(error);
        return await store.WriteAsync<Parsed<Suspicion>>(async tx =>
        {
            await IncidentStore.TakeAsync(tx, id);
            if ((await AllAsync(tx, id)).FirstOrDefault(known => known.Number == number) is not { } open)
            {
                return Parsed<Suspicion>.Bad($"{id} has no suspicion {number}");
            }
            if (!open.IsOpen) return open;
            var when = occurredAt ?? ToldMoment.Exactly(clock.GetUtcNow());
            var at = when.At ?? clock.GetUtcNow();
            if (at < open.Since) return Parsed<Suspicion>.Bad($"it was suspected only at {ToldMoments.InWords(ToldMoment.Exactly(open.Since), "UTC")}");
            await tx.ExecuteAsync("""
                update incidents_suspicion set ruled_out_by = @by, ruled_out_at = @at, because = @line where incident = @id and number = @number
                """, new { by = NameOf(by), at = at.ToUnixTimeMilliseconds(), line, id = id.Value, number = (long)number });
            tx.Append(new IncidentRuledOut(id, number, open.Suspect, line, when), at, by);
            return open with { RuledOutBy = NameOf(by), RuledOutAt = at, Because = line };
        }, cancellation: cancellation);
    }

    // As people read it now: a person who leaves the configuration later keeps the name in the story.
    private string NameOf(Actor by) => by.Person is { } person ? revisions.Current.Catalog.NameOf(person) : by.InWords;

    internal static async Task<IReadOnlyList<Suspicion>> AllAsync(IReadTx tx, IncidentId id) => [.. (await tx.QueryAsync<SuspicionRow>(
        $"select {Columns} from incidents_suspicion where incident = @Value order by number", new { id.Value })).Select(row => row.ToSuspicion())];

    private static Task<int> InsertAsync(ITx tx, IncidentId id, Suspicion suspicion) => tx.ExecuteAsync("""
        insert into incidents_suspicion (incident, number, suspect, service, change_id, suspected_by, since)
        values (@id, @number, @Suspect, @service, @change, @By, @since)
        """, new
    {
        id = id.Value,
        number = (long)suspicion.Number,
        suspicion.Suspect,
        service = suspicion.Service?.Value,
        change = suspicion.Change?.Value,
        suspicion.By,
        since = suspicion.Since.ToUnixTimeMilliseconds(),
    });

    private sealed class SuspicionRow
    {
        public long Number { get; init; }
        public string Suspect { get; init; } = "";
        public string? Service { get; init; }
        public long? ChangeId { get; init; }
        public string SuspectedBy { get; init; } = "";
        public long Since { get; init; }
        public string? RuledOutBy { get; init; }
        public long? RuledOutAt { get; init; }
        public string? Because { get; init; }

        public Suspicion ToSuspicion() => new((int)Number, Suspect, Service is null ? null : new ServiceKey(Service),
            ChangeId is { } change ? new ChangeId(change) : null, SuspectedBy, DateTimeOffset.FromUnixTimeMilliseconds(Since), RuledOutBy,
            RuledOutAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, Because);
    }
}
