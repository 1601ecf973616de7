using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems;

/// <summary>Finds the moments of an outage in its record. What probes and providers recorded stands beside what people told;
/// the earlier one is the first. Pure.</summary>
internal static class MomentFinder
{
    public static DraftMoments Find(DraftSources sources)
    {
        var incident = sources.Incident;
        return new DraftMoments(
            Started: Started(sources),
            Detected: First([
                .. sources.Facts<CheckDown>().Select(down => Recorded(down.Entry, $"check {down.Fact.Check} confirmed down by {down.Fact.Failures} probes")),
                .. sources.Facts<CheckDegraded>().Select(slow => Recorded(slow.Entry, $"check {slow.Fact.Check} confirmed degraded")),
                .. sources.Facts<AlertFired>().Select(fired => Recorded(fired.Entry, "an alert fired")),
                .. sources.Facts<IncidentOpened>().Where(opened => opened.Fact is { Declared: true, Past: false })
                    .Select(opened => Recorded(opened.Entry, $"declared by {NameOf(opened.Entry, sources)}")),
                .. Told(sources, TimelineKind.Detected),
            ]),
            Paged: First([
                .. sources.Facts<PageRequested>().Select(page => Recorded(page.Entry, $"page by {page.Fact.Method} requested")),
                .. Told(sources, TimelineKind.Notified),
            ]),
            Notified: First([
                .. sources.Facts<PageSent>().Select(page => Recorded(page.Entry, $"the {page.Fact.Method} provider took the page; whether it was read is not known")),
                .. Told(sources, TimelineKind.Notified),
            ]),
            Acknowledged: First([
                .. sources.Facts<IncidentAcknowledged>().Select(ack => Recorded(ack.Entry, $"acknowledged by {NameOf(ack.Entry, sources)} ({ack.Fact.Via})")),
                .. Told(sources, TimelineKind.Acknowledged),
            ]),
            Mitigated: incident.IsOver ? Mitigated(sources) : null,
            Resolved: incident.IsOver ? Resolved(sources) : null);
    }

    private static DraftMoment? Started(DraftSources sources)
    {
        var incident = sources.Incident;
        if (incident.Started.Precision == Precision.Unknown) return null;
        // A moment with its zone was told by a person; the record's own have none.
        if (incident.Started.Zone is not null) return new DraftMoment(incident.Started, "a person's word", 0);
        var first = sources.Facts<CheckDown>().Select(down => (down.Entry, down.Fact.FirstFailedAt))
            .Concat(sources.Facts<CheckDegraded>().Select(slow => (slow.Entry, slow.Fact.FirstFailedAt)))
            .Where(failure => failure.FirstFailedAt == incident.StartedAt).Select(failure => failure.Entry).FirstOrDefault();
        return first is not null
            ? new DraftMoment(incident.Started, "the first probe that failed; users may have noticed up to one interval earlier", first.Seq)
            : new DraftMoment(incident.Started, incident.IsDeclared ? "the moment of declaring" : "start of the first alert", 0);
    }

    // A person who says when users were well knows it better than the last check; of several sayings the last one stands.
    private static DraftMoment? Mitigated(DraftSources sources) =>
        Told(sources, TimelineKind.Mitigated).LastOrDefault(moment => moment.When.At is not null)
        ?? sources.Facts<IncidentRecovered>().Select(recovered => new DraftMoment(
            ToldMoment.Exactly(recovered.Fact.RecoveredAt), "the first good probe of the last check that failed", recovered.Entry.Seq)).LastOrDefault()
        ?? (Resolved(sources) is { } resolved ? resolved with { Source = "the end: nothing else is recorded" } : null);

    private static DraftMoment? Resolved(DraftSources sources)
    {
        var incident = sources.Incident;
        if (incident.Ended is not { Precision: not Precision.Unknown } ended)
        {
            return Told(sources, TimelineKind.Resolved).LastOrDefault(moment => moment.When.At is not null);
        }
        var (entry, fact) = sources.Facts<IncidentResolved>().LastOrDefault();
        if (ended.Zone is not null || fact is null) return new DraftMoment(ended, "a person's word", 0);
        return new DraftMoment(ended, fact.Automatic ? "confirmed recovery: checks stayed up for the quiet time" : $"resolved by {NameOf(entry, sources)}", entry.Seq);
    }

    private static IEnumerable<DraftMoment> Told(DraftSources sources, TimelineKind kind) =>
        sources.Told(kind).Select(told => new DraftMoment(told.Fact.OccurredAt, $"told by {NameOf(told.Entry, sources)}", told.Entry.Seq));

    private static DraftMoment Recorded(JournalEntry entry, string source) => new(ToldMoment.Exactly(entry.At), source, entry.Seq);

    private static DraftMoment? First(IReadOnlyList<DraftMoment> moments) =>
        moments.Where(moment => moment.When.At is not null).MinBy(moment => moment.When.At) ?? (moments.Count > 0 ? moments[0] : null);

    // Rows already carry people's names.
    private static string NameOf(JournalEntry entry, DraftSources sources) =>
        sources.Rows.FirstOrDefault(row => row.Seq == entry.Seq)?.By ?? entry.Actor.InWords;
}
