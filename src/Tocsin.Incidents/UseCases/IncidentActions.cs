using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>What came of an action.</summary>
/// <param name="Incident">As it is now; null when there is none of that id.</param>
public sealed record IncidentView(Incident? Incident, IncidentReason Reason)
{
    public static readonly IncidentView Unknown = new(null, IncidentReason.Unknown);
}

/// <summary>What people do with an incident. Each is one unit, and doing it twice is harmless.</summary>
public sealed class IncidentActions(IStore store, TimeProvider clock)
{
    /// <summary>Records that somebody takes it; the first one stays.</summary>
    public Task<IncidentView> AcknowledgeAsync(
        IncidentId id, PersonKey by, string via, PageId? page = null, Cause cause = default, CancellationToken cancellation = default) =>
        ApplyAsync(id, new IncidentCommand.Acknowledge(by, via, page), Actor.User(by), cause, cancellation);

    /// <summary>Ends it by a person's word, whatever its checks say.</summary>
    public Task<IncidentView> ResolveAsync(IncidentId id, Actor by, string? note, CancellationToken cancellation = default) =>
        ApplyAsync(id, new IncidentCommand.Resolve(Texts.OrNull(note)), by, default, cancellation);

    private Task<IncidentView> ApplyAsync(
        IncidentId id, IncidentCommand command, Actor by, Cause cause, CancellationToken cancellation) =>
        store.WriteAsync<IncidentView>(async tx =>
        {
            var now = clock.GetUtcNow();
            if (await IncidentStore.TakeAsync(tx, id) is not { } incident) return IncidentView.Unknown;
            var step = IncidentMachine.Apply(incident, command, now);
            var saved = step.IsIgnored ? incident : await IncidentStore.SaveAsync(tx, step.Next);
            foreach (var fact in step.Facts) tx.Append(fact, now, by, cause);
            return new IncidentView(saved, step.Reason);
        }, cancellation: cancellation);

    /// <summary>Adds a row to the story; <paramref name="occurredAt"/> may lie in the past.</summary>
    /// <returns>False when there is no such incident; an error when the text is empty or too long.</returns>
    public async Task<Parsed<bool>> NoteAsync(
        IncidentId id, TimelineKind kind, string text, ToldMoment? occurredAt, Actor by, CancellationToken cancellation = default)
    {
        if (!Texts.Line(text, "the text", Texts.NoteLengthMax).TryGet(out var line, out var error)) return Parsed<bool>.Bad(error);
        var now = clock.GetUtcNow();
        if (occurredAt?.At > now + DeclarationRules.AheadMax) return Parsed<bool>.Bad("the moment lies in the future");
        return await store.WriteAsync<bool>(async tx =>
        {
            if (await IncidentStore.FindAsync(tx, id) is null) return false;
            var when = occurredAt ?? ToldMoment.Exactly(now);
            tx.Append(new IncidentNoted(id, kind, line, when), when.At ?? now, by);
            return true;
        }, cancellation: cancellation);
    }

    /// <summary>Corrects what is known: only what is not null is changed, and nothing is written when all of it is so already.</summary>
    /// <returns>Everything that is wrong, by field; empty when it is done. Null when there is no such incident.</returns>
    public Task<IReadOnlyList<FieldError>?> DescribeAsync(
        IncidentId id, IncidentDescription description, Actor by, CancellationToken cancellation = default) =>
        store.WriteAsync<IReadOnlyList<FieldError>?>(async tx =>
        {
            if (await IncidentStore.TakeAsync(tx, id) is not { } incident) return null;
            if (DeclarationRules.Check(description, incident) is { Count: > 0 } errors) return errors;
            var news = description.WithoutWhatIsKnown(incident);
            if (news == new IncidentDescription()) return [];
            await IncidentStore.SaveAsync(tx, news.ApplyTo(incident));
            if (news.Services is { } services) await IncidentStore.ReplaceServicesAsync(tx, id, services);
            tx.Append(new IncidentDescribed(id, news.Title, news.Severity, news.Services?.Select(service => service.Key).ToList(),
                news.Started, news.Ended, news.Impact, news.Cause), clock.GetUtcNow(), by);
            return [];
        }, cancellation: cancellation);
}

/// <summary>Corrections of an incident; null leaves a thing as it is.</summary>
public sealed record IncidentDescription
{
    public string? Title { get; init; }
    public Severity? Severity { get; init; }
    public IReadOnlyList<AffectedService>? Services { get; init; }
    public ToldMoment? Started { get; init; }
    public ToldMoment? Ended { get; init; }
    public Impact? Impact { get; init; }
    public string? Cause { get; init; }

    internal IncidentDescription WithoutWhatIsKnown(Incident incident) => new()
    {
        Title = Texts.OrNull(Title) is { } title && title != incident.Title ? title : null,
        Severity = Severity != incident.Severity ? Severity : null,
        Services = Services is not null && !Services.SequenceEqual(incident.Services) ? Services : null,
        Started = Started != incident.Started ? Started : null,
        Ended = Ended != incident.Ended ? Ended : null,
        Impact = Impact != incident.Impact ? Impact : null,
        Cause = Texts.OrNull(Cause) is { } cause && cause != incident.Cause ? cause : null,
    };

    internal Incident ApplyTo(Incident incident) => incident with
    {
        Title = Title ?? incident.Title,
        Severity = Severity ?? incident.Severity,
        Services = Services ?? incident.Services,
        Started = Started ?? incident.Started,
        StartedAt = Started?.At ?? incident.StartedAt,
        Ended = Ended ?? incident.Ended,
        EndedAt = Ended is null ? incident.EndedAt : Ended.At,
        Impact = Impact ?? incident.Impact,
        Cause = Cause ?? incident.Cause,
    };
}

/// <summary>Limits on what people type.</summary>
internal static class Texts
{
    public const int TitleLengthMax = 200;
    public const int NoteLengthMax = 2_000;

    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    public static Parsed<string> Line(string? text, string what, int lengthMax) => OrNull(text) switch
    {
        null => Parsed<string>.Bad($"{what} is empty"),
        { } tooLong when tooLong.Length > lengthMax => Parsed<string>.Bad(TooLong(tooLong, what, lengthMax)),
        { } line => line,
    };

    public static string TooLong(string text, string what, int lengthMax) => $"{what} has {text.Length} characters, at most {lengthMax} are kept";
}
