using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>Tells open pages what the journal has got. Its cursor lives in memory: a page that was open before is told everything anew.</summary>
internal sealed class LivePump(IJournal journal, LiveHub hub) : IPump
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private long? cursor;

    public string Scope => "live";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        cursor ??= await journal.ReadAsync(new JournalQuery(Descending: true, Limit: 1), cancellation) is [var last] ? last.Seq : 0;
        var entries = await journal.ReadAsync(new JournalQuery(After: cursor.Value, Limit: 500), cancellation);
        foreach (var topic in entries.SelectMany(Topics).Distinct(StringComparer.Ordinal)) hub.Changed(topic);
        if (entries.Count > 0) cursor = entries[^1].Seq;
        return entries.Count == 500 ? Next.More : Next.Idle(now + Poll);
    }

    private static IEnumerable<string> Topics(JournalEntry entry)
    {
        yield return entry.Subject.Text;
        if (entry.Fact is IIncidentFact fact) yield return Subject.Of(fact.Incident).Text;
        if (entry.Fact is ITargetFact { Incident: { } asked }) yield return Subject.Of(asked).Text;
        if (entry.Service is { } service) yield return Subject.Of(service).Text;
    }
}
