using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>One row of an incident's story, as people read it.</summary>
/// <param name="Seq">The entry behind it, to be cited.</param>
/// <param name="When">As it is known: an entry told later may be "about" or "date only".</param>
/// <param name="By">Who did it, in words.</param>
/// <param name="Text">One sentence, at most about 300 characters.</param>
/// <param name="IsTold">A person wrote it; false when Tocsin recorded it.</param>
public sealed record TimelineRow(
    long Seq, DateTimeOffset At, ToldMoment When, TimelineKind Kind, string By, string Text, bool IsTold, bool IsPinned);

/// <summary>Writes rows from journal entries. Pure.</summary>
internal static class TimelineText
{
    /// <returns>The row; null for entries that say nothing to people (an intent before its sending, a link in a chain).</returns>
    public static TimelineRow? Of(JournalEntry entry, bool isPinned, CatalogModel catalog)
    {
        var (kind, text) = Read(entry, catalog);
        if (text.Length == 0) return null;
        var when = entry.Fact switch
        {
            IncidentNoted noted => noted.OccurredAt,
            IncidentSuspected suspected => suspected.OccurredAt,
            IncidentRuledOut ruledOut => ruledOut.OccurredAt,
            _ => ToldMoment.Exactly(entry.At),
        };
        var isTold = entry.Fact is IncidentNoted or IncidentSuspected or IncidentRuledOut or ChangeRecorded;
        var by = entry.Actor.Person is { } person ? catalog.NameOf(person) : entry.Actor.InWords;
        return new TimelineRow(entry.Seq, entry.At, when, kind, by, text, isTold, isPinned);
    }

    private static (TimelineKind Kind, string Text) Read(JournalEntry entry, CatalogModel catalog) => entry.Fact switch
    {
        CheckDown fact => (TimelineKind.Detected,
            $"{fact.Check} is down: {fact.Text} ({fact.Target}); failed first {Clock(fact.FirstFailedAt, entry.At)}, confirmed by {fact.Failures} probes"),
        CheckDegraded fact => (TimelineKind.Detected, $"{fact.Check} is degraded: {fact.Text} ({fact.Target})"),
        CheckUp fact => (TimelineKind.Mitigated, $"{fact.Check} is up again after {Length(fact.BadForMs)}"),
        CheckUnknown fact => (TimelineKind.Note, $"{fact.Check}: cannot tell, {fact.Text}"),
        AlertChanged fact => (TimelineKind.Detected, $"{fact.Title} ({Word(fact.Severity)})"),
        IncidentOpened { Declared: true, Past: false } fact => (TimelineKind.Detected, $"Declared: {fact.Title} ({Word(fact.Severity)})"),
        IncidentOpened { Past: false } fact => (TimelineKind.Detected, $"{fact.Incident} opened: {fact.Title} ({Word(fact.Severity)})"),
        IncidentAlertJoined fact => (TimelineKind.Detected, $"{fact.Title} joined, because {fact.Because}"),
        IncidentAcknowledged fact => (TimelineKind.Acknowledged, $"{catalog.NameOf(fact.By)} acknowledged ({fact.Via})"),
        IncidentRecovered fact => (TimelineKind.Mitigated, "Everything answers again; resolves when it stays quiet"),
        IncidentResolved { Automatic: true } fact => (TimelineKind.Resolved,
            fact.WasAcknowledged ? "Resolved by recovery" : "Resolved by recovery; nobody had acknowledged"),
        IncidentResolved fact => (TimelineKind.Resolved, fact.Note is { Length: > 0 } note ? $"Resolved: {note}" : "Resolved"),
        IncidentReopened fact => (TimelineKind.Detected, $"Reopened, because {fact.Why}"),
        IncidentNoted fact => (fact.Entry, fact.Text),
        IncidentSuspected fact => (TimelineKind.Hypothesis, $"Suspects {fact.Suspect}"),
        IncidentRuledOut fact => (TimelineKind.RuledOut, $"Not {fact.Suspect}: {fact.Because}"),
        IncidentDescribed fact => (TimelineKind.Note, Described(fact)),
        PageSent fact => (TimelineKind.Notified, $"{catalog.NameOf(fact.Person)} paged by {fact.Method}"),
        PageFailed fact => (TimelineKind.Notified, $"{catalog.NameOf(fact.Person)} could not be paged by {fact.Method}: {fact.Reason}"),
        EscalationStepped { Step: > 1 } or EscalationStepped { Round: > 1 } => Escalated((EscalationStepped)entry.Fact, catalog),
        EscalationSkipped fact => (TimelineKind.Escalated, $"Step {fact.Step} skipped: {fact.Why}"),
        EscalationExhausted fact => (TimelineKind.Escalated, $"Nobody acknowledged in {fact.Rounds} rounds of {fact.Policy}"),
        PageTold { Sent: true } fact => (TimelineKind.Note, $"{catalog.NameOf(fact.Person)} was told: {fact.What}"),
        ChangeRecorded fact => (TimelineKind.Change, Changed(fact, catalog)),
        ITargetFact fact => (TimelineKind.Action, fact.Text),
        ConfigApplied fact => (TimelineKind.Change, $"Configuration {fact.Revision} applied: {fact.Summary}"),
        StatusUpdated fact => (TimelineKind.ToldUsers, $"Status page, {fact.Status}: {fact.Text}"),
        FailoverStarted fact => (TimelineKind.Action, $"Traffic of {fact.Failover} goes to the {Word(fact.To)}: {fact.Why}"),
        FailoverMoved fact => (TimelineKind.Action, $"Traffic of {fact.Failover} is served by the {Word(fact.To)} after {Length(fact.TookMs)}: {fact.Proof}"),
        FailoverUnproved fact => (TimelineKind.Action, $"Traffic of {fact.Failover} was moved to the {Word(fact.To)}, and nothing answers: {fact.Why}"),
        FailoverRefused fact => (TimelineKind.Action, $"Traffic of {fact.Failover} was not moved to the {Word(fact.To)}: {string.Join("; ", fact.Reasons)}"),
        FailoverProposed fact => (TimelineKind.Action, $"Proposed: move traffic of {fact.Failover} to the {Word(fact.To)}: {fact.Why}"),
        FailoverProposalEnded fact => (TimelineKind.Action, $"The proposal to move traffic of {fact.Failover} is over: {fact.Why}"),
        FailoverShadowed fact => (TimelineKind.Action, $"In shadow mode: traffic of {fact.Failover} would have gone to the {Word(fact.To)}: {fact.Why}"),
        _ => (TimelineKind.Note, ""),
    };

    private static (TimelineKind, string) Escalated(EscalationStepped fact, CatalogModel catalog) => (TimelineKind.Escalated,
        $"Escalated to {string.Join(" and ", fact.People.Select(catalog.NameOf))} (step {fact.Step}{(fact.Round > 1 ? $", round {fact.Round}" : "")})");

    private static string Changed(ChangeRecorded fact, CatalogModel catalog)
    {
        var of = fact.Service is { } service ? $" on {catalog.NameOf(service)}" : "";
        var by = fact.Author is { Length: > 0 } author ? $" by {author}" : "";
        return $"{fact.Kind}: {fact.Title}{of}{by}";
    }

    private static string Described(IncidentDescribed fact)
    {
        var parts = new List<string>();
        if (fact.Title is { } title) parts.Add($"title is now “{title}”");
        if (fact.Severity is { } severity) parts.Add($"severity is now {Word(severity)}");
        if (fact.CauseText is { } cause) parts.Add($"cause: {cause}");
        if (fact.Impact is not null) parts.Add("impact recorded");
        if (fact.Started is not null || fact.Ended is not null) parts.Add("times corrected");
        return parts.Count == 0 ? "" : char.ToUpperInvariant(parts[0][0]) + string.Join("; ", parts)[1..];
    }

    private static string Word(TrafficSide side) => side switch { TrafficSide.Primary => "primary", TrafficSide.Standby => "standby" };
    private static string Word(Severity severity) => severity.ToString().ToUpperInvariant();
    private static string Clock(DateTimeOffset at, DateTimeOffset seenAt) => $"{Length((long)(seenAt - at).TotalMilliseconds)} before";
    private static string Length(long ms) => Tocsin.Kernel.Durations.InWords(TimeSpan.FromMilliseconds(ms));
}
