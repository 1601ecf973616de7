using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Delivery;

namespace Tocsin.Paging.Escalation;

/// <summary>Starts escalations when incidents open, ends them when somebody takes one or it is over, and tells who was woken.</summary>
internal sealed class PagingReader(Escalator escalator, IRevisions revisions) : IJournalReader
{
    public string Name => "paging";

    public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
    {
        switch (entry.Fact)
        {
            case IncidentOpened { Past: false } opened:
                await BeginAsync(tx, opened.Incident, entry, now);
                break;
            case IncidentReopened reopened:
                await BeginAsync(tx, reopened.Incident, entry, now);
                break;
            case IncidentAcknowledged acknowledged:
                await escalator.EndAsync(tx, acknowledged.Incident, $"{revisions.Current.Catalog.NameOf(acknowledged.By)} has it", entry, now);
                await TellAllAsync(tx, acknowledged.Incident, TellWhat.Taken, entry.Seq, now, except: acknowledged.By);
                break;
            case IncidentResolved resolved:
                await escalator.EndAsync(tx, resolved.Incident, "the incident is over", entry, now);
                await PageStore.EndTokensAsync(tx, resolved.Incident);
                await TellAllAsync(tx, resolved.Incident, TellWhat.AllClear, entry.Seq, now, except: null);
                break;
            case PageSent sent:
                await TellLateAsync(tx, sent, now);
                break;
            case PageFailed failed:
                await escalator.HurryAsync(tx, failed, entry, now);
                break;
        }
    }

    private async Task BeginAsync(ITx tx, IncidentId id, JournalEntry entry, DateTimeOffset now)
    {
        // It may have ended, or been taken, before this entry was read: after our own outage nobody is woken for what is over.
        if (await IncidentQueries.FindAsync(tx, id) is not { State: IncidentState.Open } incident) return;
        await escalator.BeginAsync(tx, incident, entry, now);
    }

    /// <summary>Tells everyone whom a page has reached, by the methods that reached them.</summary>
    private static async Task TellAllAsync(ITx tx, IncidentId incident, TellWhat what, long entrySeq, DateTimeOffset now, PersonKey? except)
    {
        var reached = (await PageStore.OfIncidentAsync(tx, incident)).Where(page => page.SentAt is not null && page.Person != except)
            .Select(page => (page.Person, page.Method)).Distinct();
        foreach (var (person, method) in reached) await Tells.EnqueueAsync(tx, incident, person, method, what, entrySeq, now);
    }

    /// <summary>A page that was under way when the incident was taken or ended reaches somebody who was not among those told.</summary>
    private static async Task TellLateAsync(ITx tx, PageSent sent, DateTimeOffset now)
    {
        if (await IncidentQueries.FindAsync(tx, sent.Incident) is not { } incident) return;
        if (incident.IsOver)
        {
            await TellOfAsync<IncidentResolved>(tx, sent, TellWhat.AllClear, now);
        }
        else if (incident is { State: IncidentState.Acknowledged, AckedBy: { } by } && by != sent.Person)
        {
            await TellOfAsync<IncidentAcknowledged>(tx, sent, TellWhat.Taken, now);
        }
    }

    // Told under the name that telling everybody has used or will use: whoever is told by both is told once.
    private static async Task TellOfAsync<TFact>(ITx tx, PageSent sent, TellWhat what, DateTimeOffset now) where TFact : Fact
    {
        var seq = await JournalSeq.LastAsync<TFact>(tx, Subject.Of(sent.Incident));
        await Tells.EnqueueAsync(tx, sent.Incident, sent.Person, sent.Method, what, seq, now);
    }
}
