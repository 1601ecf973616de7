using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>Tells those who were woken that it is over, or that somebody has it.</summary>
internal sealed class TellHandler(IStore store, IRevisions revisions, Sender sender, TimeProvider clock) : ILedgerHandler
{
    public const string LedgerKind = "tell";

    public string Kind => LedgerKind;

    public async Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
    {
        var payload = Read(item);
        var incident = await store.ReadAsync(async tx => await IncidentQueries.FindAsync(tx, payload.Incident), cancellation);
        if (incident is null) return DeliveryOutcome.Refused("the incident is not there any more");
        var reader = sender.ReaderOf(payload.Person, item.IdempotencyKey, clock.GetUtcNow());
        return Compose(payload.What, incident, Sender.Describe(incident, revisions.Current.Catalog.PublicUrl), reader) is { } message
            ? await sender.SendAsync(message, payload.Method, cancellation)
            : DeliveryOutcome.Overtaken("it is no longer so");
    }

    /// <returns>Null when what was to be told is not true any more: it came back, or it is over already.</returns>
    private OutgoingMessage? Compose(TellWhat what, Incident incident, MessageIncident described, MessageReader reader) => what switch
    {
        TellWhat.AllClear => incident.EndedAt is { } ended
            ? PageMessages.AllClear(new AllClearContent(described, ended, incident.AckedBy is { } by
                ? $"It is over; {revisions.Current.Catalog.NameOf(by)} had it." : "It is over. Nobody had acknowledged."), reader)
            : null,
        TellWhat.Taken => incident is { IsOver: false, AckedBy: { } by, AckedAt: { } at }
            ? PageMessages.Taken(new TakenContent(described, revisions.Current.Catalog.NameOf(by), at), reader)
            : null,
    };

    public ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
    {
        if (isFinal && outcome.Result != DeliveryResult.Overtaken)
        {
            var payload = Read(item);
            var what = payload.What == TellWhat.AllClear ? "it is over" : "somebody has it";
            var isTold = outcome.Result == DeliveryResult.Delivered;
            tx.Append(new PageTold(payload.Incident, payload.Person, payload.Method, what, isTold, outcome.Text),
                now, Actor.Tocsin, Cause.Entry(payload.EntrySeq));
        }
        return ValueTask.CompletedTask;
    }

    private static TellPayload Read(LedgerItem item) => JsonSerializer.Deserialize<TellPayload>(item.Payload, FactKinds.Json)!;
}
