using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>The SQL of updates, and the fact that goes with each.</summary>
internal static class UpdateStore
{
    private const string Columns = "id, incident, at, status, text, is_automatic";

    /// <summary>Writes the row and appends <c>status.updated</c>.</summary>
    public static async Task<StatusUpdate> WriteAsync(
        ITx tx, IncidentId incident, UpdateStatus status, string text, bool isAutomatic, Actor by, DateTimeOffset now, Cause cause = default)
    {
        var id = await tx.InsertAsync("""
            insert into statuspages_update (incident, at, status, text, is_automatic, said_by)
            values (@incident, @at, @status, @text, @isAutomatic, @by) returning id
            """, new
        {
            incident = incident.Value, at = now.ToUnixTimeMilliseconds(), status = status.Word, text, isAutomatic = isAutomatic ? 1L : 0L, by = by.Text,
        });
        tx.Append(new StatusUpdated(incident, status.Word, text, isAutomatic), now, by, cause);
        return new StatusUpdate(id, incident, now, status, text, isAutomatic);
    }

    /// <returns>The newest update; null when the incident is not public.</returns>
    public static async Task<StatusUpdate?> NewestAsync(IReadTx tx, IncidentId incident) => (await tx.FirstAsync<UpdateRow>(
        $"select {Columns} from statuspages_update where incident = @Value order by id desc limit 1", new { incident.Value }))?.ToUpdate();

    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<StatusUpdate>> OfAsync(IReadTx tx, IncidentId incident) => [.. (await tx.QueryAsync<UpdateRow>(
        $"select {Columns} from statuspages_update where incident = @Value order by id", new { incident.Value })).Select(row => row.ToUpdate())];

    /// <summary>All updates of the incidents that were spoken of since a moment, oldest first; at most 10,000.</summary>
    public static async Task<IReadOnlyList<StatusUpdate>> SinceAsync(IReadTx tx, IncidentId first) =>
        [.. (await tx.QueryAsync<UpdateRow>($"select {Columns} from statuspages_update where incident >= @Value order by id limit 10000",
            new { first.Value })).Select(row => row.ToUpdate())];
}

internal sealed class UpdateRow
{
    public long Id { get; init; }
    public long Incident { get; init; }
    public long At { get; init; }
    public string Status { get; init; } = "";
    public string Text { get; init; } = "";
    public long IsAutomatic { get; init; }

    public StatusUpdate ToUpdate() => new(Id, new IncidentId(Incident), DateTimeOffset.FromUnixTimeMilliseconds(At),
        UpdateStatuses.TryRead(Status, out var status) ? status
            : throw new InvalidOperationException($"update {Id} has the status '{Status}', which this program does not know"),
        Text, IsAutomatic != 0);
}
