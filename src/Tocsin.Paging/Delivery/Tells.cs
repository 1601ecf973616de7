using System.Text.Json;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Delivery;

/// <summary>Intents to tell somebody who was woken that it is over, or that somebody has it.</summary>
internal static class Tells
{
    /// <param name="entry">Seq of the entry that says so; telling twice because of one entry is ignored.</param>
    public static Task EnqueueAsync(ITx tx, IncidentId incident, PersonKey person, string method, TellWhat what, long entry, DateTimeOffset now) =>
        tx.EnqueueAsync(new Intent(TellHandler.LedgerKind, $"tell/{entry}/{person}/{method}", Subject.Of(incident),
            JsonSerializer.Serialize(new TellPayload(incident, person, method, what, entry), FactKinds.Json), now, Urgent: false));

    /// <summary>It ended, or was taken, while the page was under way: when the others were told, nobody knew yet that it arrives.</summary>
    public static async Task LateAsync(ITx tx, Page page, DateTimeOffset now)
    {
        if (await IncidentQueries.FindAsync(tx, page.Incident) is not { } incident) return;
        var isTaken = incident is { IsOver: false, AckedBy: { } by } && by != page.Person;
        if (!incident.IsOver && !isTaken) return;
        var entry = await tx.FirstAsync<long?>("select max(seq) from journal where subject = @Text and kind = @kind", new
        {
            Subject.Of(incident.Id).Text,
            kind = incident.IsOver ? FactKinds.KindOf<IncidentResolved>() : FactKinds.KindOf<IncidentAcknowledged>(),
        });
        if (entry is { } seq) await EnqueueAsync(tx, incident.Id, page.Person, page.Method, isTaken ? TellWhat.Taken : TellWhat.AllClear, seq, now);
    }
}
