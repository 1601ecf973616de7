using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>What people tell the public.</summary>
public sealed class StatusUpdates(IStore store, IRevisions revisions, TimeProvider clock)
{
    public const int TextLengthMax = 2_000;

    /// <summary>Posts an update; an incident that was not public becomes so.</summary>
    /// <param name="status"><c>investigating</c>, <c>identified</c>, <c>monitoring</c> or <c>resolved</c>.</param>
    /// <returns>The update, or why it cannot be posted.</returns>
    public async Task<Parsed<StatusUpdate>> PostAsync(
        IncidentId incident, string status, string text, Actor by, CancellationToken cancellation = default)
    {
        if (!UpdateStatuses.TryRead(status, out var read))
            return Parsed<StatusUpdate>.Bad($"expected one of {string.Join(", ", Enum.GetValues<UpdateStatus>().Select(one => one.Word))}");
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return Parsed<StatusUpdate>.Bad("the text is empty");
        if (trimmed.Length > TextLengthMax) return Parsed<StatusUpdate>.Bad($"the text has {trimmed.Length} characters, at most {TextLengthMax} are kept");
        return await store.WriteAsync<Parsed<StatusUpdate>>(async tx =>
        {
            if (await IncidentQueries.FindAsync(tx, incident) is not { } found) return Parsed<StatusUpdate>.Bad($"there is no {incident}");
            if (!IsPublic(found)) return Parsed<StatusUpdate>.Bad($"{incident} affects no component of the status page; name its services first");
            return await UpdateStore.WriteAsync(tx, incident, read, trimmed, isAutomatic: false, by, Now());
        }, cancellation: cancellation);
    }

    /// <summary>What the public was told of an incident, oldest first; empty when it is not public.</summary>
    public Task<IReadOnlyList<StatusUpdate>> OfAsync(IncidentId incident, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await UpdateStore.OfAsync(tx, incident), cancellation);

    /// <returns>Whether an incident affects a component, so that something may be said of it; null when there is no such incident.</returns>
    public async Task<bool?> CanPostAsync(IncidentId incident, CancellationToken cancellation = default) =>
        await store.ReadAsync(async tx => await IncidentQueries.FindAsync(tx, incident), cancellation) is { } found ? IsPublic(found) : null;

    private bool IsPublic(Incident incident) => revisions.Current.Get<StatusPageModel>().Components
        .Any(component => incident.Services.Any(affected => affected.Key == component.Service));

    // The precision of the database, so that the answer equals what is read later.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
