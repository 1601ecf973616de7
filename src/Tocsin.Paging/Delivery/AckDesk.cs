using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>Why a link shows what it shows.</summary>
public enum AckState { Waiting, Done, AlreadyTaken, Over, Expired, NotGenuine }

/// <param name="Incident">The one incident that the link is for; null when the link is not genuine.</param>
/// <param name="Person">Whose link it is.</param>
public sealed record AckView(AckState State, Incident? Incident, PersonKey? Person);

/// <summary>Reads acknowledge links and takes the incident for whoever has one. Looking never acknowledges.</summary>
internal sealed class AckDesk(IStore store, AckLinks links, IncidentActions actions, TimeProvider clock)
{
    public async Task<AckView> LookAsync(string token, CancellationToken cancellation)
    {
        var reading = links.Read(token, clock.GetUtcNow());
        if (reading.Claim is not { } claim) return new AckView(AckState.NotGenuine, null, null);
        var (page, isKnown, incident) = await store.ReadAsync(async tx => (
            await PageStore.FindAsync(tx, claim.Page),
            await PageStore.HasTokenAsync(tx, claim.Hash, claim.Page),
            await IncidentQueries.FindAsync(tx, claim.Incident)), cancellation);
        if (page is null || incident is null || page.Incident != incident.Id || !claim.IsFor(page.Person))
            return new AckView(AckState.NotGenuine, null, null);
        return new AckView(Judge(reading.Refusal, isKnown, incident), incident, page.Person);
    }

    private static AckState Judge(AckRefusal refusal, bool isKnown, Incident incident)
    {
        if (incident.IsOver) return AckState.Over;
        if (incident.State == IncidentState.Acknowledged) return AckState.AlreadyTaken;
        return refusal == AckRefusal.Expired || !isKnown ? AckState.Expired : AckState.Waiting;
    }

    /// <summary>The tap. Doing it twice, or after somebody else, is harmless and says so.</summary>
    public async Task<AckView> TakeAsync(string token, CancellationToken cancellation)
    {
        var view = await LookAsync(token, cancellation);
        if (view is not { State: AckState.Waiting, Incident: { } incident, Person: { } person }) return view;
        var page = links.Read(token, clock.GetUtcNow()).Claim!.Page;
        var sent = await store.ReadAsync(async tx => await JournalSeq.LastAsync<PageSent>(tx, Subject.Of(page)), cancellation);
        var result = await actions.AcknowledgeAsync(incident.Id, person, "page link", page, Cause.Entry(sent), cancellation);
        return new AckView(result.Reason switch
        {
            IncidentReason.Acknowledged => AckState.Done,
            IncidentReason.AlreadyResolved => AckState.Over,
            _ => AckState.AlreadyTaken,
        }, result.Incident, person);
    }
}
