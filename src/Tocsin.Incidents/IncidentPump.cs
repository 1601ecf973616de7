using Tocsin.Alerts;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>What time does to incidents: the quiet time ends, and so do silences that held alerts back.</summary>
internal sealed class IncidentPump(IStore store, IncidentReader reader) : IPump
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public string Scope => "incidents";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var (quiet, waiting) = await store.ReadAsync(async tx =>
            (await IncidentStore.QuietEndedAsync(tx, now), await WaitingAlertsAsync(tx, now)), cancellation);
        foreach (var id in quiet) await ResolveAsync(id, lease, now, cancellation);
        foreach (var alert in waiting) await store.WriteAsync(async tx => await reader.PlaceAsync(tx, alert, null, now), lease, cancellation);
        return Next.Idle(now + Poll);
    }

    private Task ResolveAsync(IncidentId id, Lease lease, DateTimeOffset now, CancellationToken cancellation) => store.WriteAsync(async tx =>
    {
        if (await IncidentStore.TakeAsync(tx, id) is not { } incident) return;
        var step = IncidentMachine.Apply(incident, new IncidentCommand.EndQuiet(), now);
        if (step.IsIgnored) return;
        await IncidentStore.SaveAsync(tx, step.Next);
        foreach (var fact in step.Facts) tx.Append(fact, now, Actor.Tocsin);
    }, lease, cancellation);

    /// <summary>Firing alerts without an incident that no silence covers any more. Those just fired are the reader's.</summary>
    private static async Task<IReadOnlyList<Alert>> WaitingAlertsAsync(IReadTx tx, DateTimeOffset now)
    {
        var waiting = new List<Alert>();
        foreach (var alert in await AlertQueries.FiringAsync(tx))
        {
            if (alert.FiredAt <= now - TimeSpan.FromSeconds(30) && !await IncidentStore.IsPlacedAsync(tx, alert.Id)) waiting.Add(alert);
        }
        var silences = waiting.Count == 0 ? [] : await Silences.ActiveAsync(tx, now);
        return [.. waiting.Where(alert => !silences.Any(silence => silence.Covers(alert.Service, alert.Check)))];
    }
}
