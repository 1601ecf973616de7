using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems;

/// <summary>Makes the draft of a postmortem from the record of its incident. Pure; invents nothing: what is unknown stays unknown.</summary>
internal static class DraftBuilder
{
    public static PostmortemDraft Build(DraftSources sources)
    {
        var incident = sources.Incident;
        var moments = MomentFinder.Find(sources);
        var cause = CauseOf(sources);
        return new PostmortemDraft(incident.Id, incident.Title, incident.Severity, incident.IsOver, ZoneOf(sources), moments, TimesOf(moments), incident.Services,
            ImpactOf(sources), cause, [.. Suspected(sources), .. Told(sources)], Rows(sources), PostmortemQuestions.For(cause is not null));
    }

    // A story told in one zone is printed in that zone: its times stay equal to the source.
    private static string ZoneOf(DraftSources sources) => sources.Incident.Started.Zone ?? sources.Incident.Ended?.Zone
        ?? sources.Facts<IncidentNoted>().Select(told => told.Fact.OccurredAt.Zone).FirstOrDefault(zone => zone is not null && sources.Incident.IsPast)
        ?? sources.InstallZone;

    private static DraftTimes TimesOf(DraftMoments moments)
    {
        return new DraftTimes(Between(moments.Started, moments.Detected), Between(moments.Detected, moments.Notified),
            Between(moments.Paged, moments.Acknowledged), Between(moments.Started, moments.Mitigated), Between(moments.Started, moments.Resolved),
            Between(moments.Started, moments.Resolved));

        static TimeSpan? Between(DraftMoment? from, DraftMoment? until) =>
            until?.Comparable - from?.Comparable is { } length && length >= TimeSpan.Zero ? length : null;
    }

    private static DraftImpact ImpactOf(DraftSources sources)
    {
        var failed = sources.Facts<CheckDown>().Select(down => down.Fact.Check)
            .Concat(sources.Facts<CheckDegraded>().Select(slow => slow.Fact.Check)).Distinct().Count();
        // Checks may have left the configuration since.
        return new DraftImpact(sources.Incident.Impact, failed, Math.Max(sources.ChecksTotal, failed));
    }

    private static DraftCause? CauseOf(DraftSources sources)
    {
        if (sources.Incident.Cause is { Length: > 0 } cause) return new DraftCause(cause, null);
        var (entry, found) = sources.Told(TimelineKind.CauseFound).LastOrDefault();
        return found is null ? null : new DraftCause(found.Text, sources.Rows.FirstOrDefault(row => row.Seq == entry.Seq)?.By);
    }

    private static IEnumerable<WrongTurn> Suspected(DraftSources sources) => sources.Suspicions.Select(suspicion => new WrongTurn(
        suspicion.Suspect, suspicion.By, ToldMoment.Exactly(suspicion.Since), suspicion.RuledOutBy,
        suspicion.RuledOutAt is { } at ? ToldMoment.Exactly(at) : null, suspicion.Because, suspicion.RuledOutAt - suspicion.Since));

    /// <summary>Hypotheses that were written down afterwards: each was followed until the next one was ruled out, or the cause was found.</summary>
    private static IEnumerable<WrongTurn> Told(DraftSources sources)
    {
        var notes = sources.Facts<IncidentNoted>().ToList();
        var taken = new HashSet<long>();
        for (var index = 0; index < notes.Count; index++)
        {
            var (entry, hypothesis) = notes[index];
            if (hypothesis.Entry != TimelineKind.Hypothesis) continue;
            var end = notes.Skip(index + 1).FirstOrDefault(later => later.Fact.Entry == TimelineKind.CauseFound
                || (later.Fact.Entry == TimelineKind.RuledOut && taken.Add(later.Entry.Seq)));
            var isRuledOut = end.Fact?.Entry == TimelineKind.RuledOut;
            yield return new WrongTurn(hypothesis.Text, By(entry), hypothesis.OccurredAt, isRuledOut ? By(end.Entry) : null,
                isRuledOut ? end.Fact!.OccurredAt : null, isRuledOut ? end.Fact!.Text : null,
                end.Fact is null ? null : Length(hypothesis.OccurredAt, end.Fact.OccurredAt));
        }

        // Whoever writes an outage up afterwards is not the one who suspected.
        string? By(JournalEntry entry) => sources.Incident.IsPast ? null : sources.Rows.FirstOrDefault(row => row.Seq == entry.Seq)?.By ?? entry.Actor.InWords;
    }

    private static TimeSpan? Length(ToldMoment from, ToldMoment until) =>
        new DraftMoment(until, "", 0).Comparable - new DraftMoment(from, "", 0).Comparable is { } length && length >= TimeSpan.Zero ? length : null;

    private static List<DraftRow> Rows(DraftSources sources)
    {
        var isSeenByAProbe = sources.Facts<CheckDown>().Any() || sources.Facts<CheckDegraded>().Any();
        var facts = sources.Record.ToDictionary(entry => entry.Seq, entry => entry.Fact);
        var rows = sources.Rows
            .Where(row => facts.GetValueOrDefault(row.Seq) switch
            {
                // What the checks say already, and what is about the record itself.
                IncidentOpened { Declared: false } => !isSeenByAProbe,
                PageTold or IncidentDescribed => false,
                _ => true,
            })
            .Select(row => new DraftRow(row.When, row.Kind, row.Text, row.By, row.Seq)).ToList();
        if (FirstFailure(sources) is { } first)
        {
            var place = rows.FindIndex(row => row.When.At > first.When.At || row.Seq == first.Seq);
            rows.Insert(place < 0 ? rows.Count : place, first);
        }
        return rows;
    }

    private static DraftRow? FirstFailure(DraftSources sources)
    {
        var failure = sources.Facts<CheckDown>().Select(down => (down.Entry, down.Fact.FirstFailedAt, down.Fact.Check, down.Fact.Text))
            .Concat(sources.Facts<CheckDegraded>().Select(slow => (slow.Entry, slow.Fact.FirstFailedAt, slow.Fact.Check, slow.Fact.Text)))
            .OrderBy(one => one.FirstFailedAt).FirstOrDefault();
        return failure.Entry is null ? null : new DraftRow(ToldMoment.Exactly(failure.FirstFailedAt), TimelineKind.Detected,
            $"First failed probe of {failure.Check}: {failure.Text}", Actor.Tocsin.InWords, failure.Entry.Seq);
    }
}
