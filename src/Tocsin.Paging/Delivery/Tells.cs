using System.Text.Json;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Delivery;

/// <summary>Intents to tell somebody who was woken that it is over, or that somebody has it.</summary>
internal static class Tells
{
    /// <param name="entry">Seq of the entry that says so; telling twice because of one entry is ignored.</param>
    public static Task EnqueueAsync(
        ITx tx, IncidentId incident, PersonKey person, string method, TellWhat what, long entry, DateTimeOffset now) =>
        tx.EnqueueAsync(new Intent(TellHandler.LedgerKind, $"tell/{entry}/{person}/{method}", Subject.Of(incident),
            JsonSerializer.Serialize(new TellPayload(incident, person, method, what, entry), FactKinds.Json), now, Urgent: false));
}
