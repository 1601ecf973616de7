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
                await TellAsync(tx, acknowledged.Incident, TellWhat.Taken, entry, now, except: acknowledged.By);
                break;
            case IncidentResolved resolved:
                await escalator.EndAsync(tx, resolved.Incident, "the incident is over", entry, now);
                await PageStore.EndTokensAsync(tx, resolved.Incident);
                await TellAsync(tx, resolved.Incident, TellWhat.AllClear, entry, now, except: null);
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
    private static async Task TellAsync(ITx tx, IncidentId incident, TellWhat what, JournalEntry entry, DateTimeOffset now, PersonKey? except)
    {
        var reached = (await PageStore.OfIncidentAsync(tx, incident)).Where(page => page.SentAt is not null && page.Person != except)
            .Select(page => (page.Person, page.Method)).Distinct();
        foreach (var (person, method) in reached)
        {
            await Tells.EnqueueAsync(tx, incident, person, method, what, entry.Seq, now);
        }
    }
}
