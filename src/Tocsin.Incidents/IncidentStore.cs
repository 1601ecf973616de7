using System.Text.Json;
using Tocsin.Alerts;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Incidents;

/// <summary>The SQL of incidents.</summary>
internal static class IncidentStore
{
    private const string Columns = """
        id, title, severity, state, lead_service, started, started_at, opened_at, acked_by, acked_at, recovered_at, resolves_at,
        resolved_at, ended, ended_at, is_declared, is_past, cause, impact, version
        """;

    public static async Task<Incident?> FindAsync(IReadTx tx, IncidentId id)
    {
        var rows = await tx.QueryAsync<IncidentRow>($"select {Columns} from incidents_incident where id = @Value", new { id.Value });
        return await WithServicesAsync(tx, rows) is [var incident] ? incident : null;
    }

    /// <summary>Finds it and keeps others from changing it until this unit is over: a save of what was read cannot miss then.</summary>
    public static async Task<Incident?> TakeAsync(ITx tx, IncidentId id)
    {
        // "select … for update" is PostgreSQL's alone; an update that changes nothing takes the same lock on both.
        await tx.ExecuteAsync("update incidents_incident set version = version where id = @Value", new { id.Value });
        return await FindAsync(tx, id);
    }

    public static async Task<IReadOnlyList<Incident>> OpenAsync(IReadTx tx) => await WithServicesAsync(tx,
        await tx.QueryAsync<IncidentRow>($"select {Columns} from incidents_incident where state <> 'resolved' order by id desc"));

    /// <param name="clauses">From <c>where</c> on; of our own making.</param>
    public static async Task<IReadOnlyList<Incident>> ListAsync(IReadTx tx, string clauses, object args) => await WithServicesAsync(tx,
        await tx.QueryAsync<IncidentRow>($"select {Columns} from incidents_incident {clauses}", args));

    /// <summary>Newest start first.</summary>
    public static async Task<IReadOnlyList<Incident>> RecentAsync(IReadTx tx, int limit) => await WithServicesAsync(tx,
        await tx.QueryAsync<IncidentRow>($"select {Columns} from incidents_incident order by started_at desc, id desc limit @limit",
            new { limit = (long)limit }));

    private static async Task<IReadOnlyList<Incident>> ResolvedSinceAsync(IReadTx tx, DateTimeOffset since) => await WithServicesAsync(tx,
        await tx.QueryAsync<IncidentRow>($"""
            select {Columns} from incidents_incident where state = 'resolved' and is_past = 0 and resolved_at >= @since
            order by resolved_at desc limit 200
            """, new { since = since.ToUnixTimeMilliseconds() }));

    public static async Task<IReadOnlyList<Incident>> OverlappingAsync(IReadTx tx, DateTimeOffset since) => await WithServicesAsync(tx,
        await tx.QueryAsync<IncidentRow>($"""
            select {Columns} from incidents_incident where ended_at is null or ended_at >= @since order by started_at desc, id desc limit 500
            """, new { since = since.ToUnixTimeMilliseconds() }));

    private static async Task<IReadOnlyList<Incident>> WithServicesAsync(IReadTx tx, IReadOnlyList<IncidentRow> rows)
    {
        if (rows.Count == 0) return [];
        var ids = string.Join(", ", rows.Select(row => row.Id)); // numbers of our own, not text from outside
        var services = (await tx.QueryAsync<ServiceRow>($"select incident, service, name from incidents_service where incident in ({ids})"))
            .ToLookup(row => row.Incident);
        return [.. rows.Select(row => row.ToIncident([.. services[row.Id]
            .OrderBy(service => service.Service != row.LeadService).ThenBy(service => service.Service, StringComparer.Ordinal)
            .Select(service => new AffectedService(new ServiceKey(service.Service), service.Name))]))];
    }

    /// <summary>Writes a new incident; the id it carries is ignored.</summary>
    public static async Task<Incident> InsertAsync(ITx tx, Incident incident)
    {
        var id = await tx.InsertAsync("""
            insert into incidents_incident (title, severity, state, lead_service, started, started_at, opened_at, acked_by, acked_at,
                resolved_at, ended, ended_at, is_declared, is_past, cause, impact, version)
            values (@title, @severity, @state, @lead, @started, @startedAt, @openedAt, @ackedBy, @ackedAt, @resolvedAt, @ended, @endedAt,
                @isDeclared, @isPast, @cause, @impact, 1) returning id
            """, Values(incident));
        var saved = incident with { Id = new IncidentId(id), Version = 1 };
        foreach (var service in saved.Services) await AddServiceAsync(tx, saved.Id, service);
        return saved;
    }

    /// <exception cref="InvalidOperationException">Somebody else saved it in between. Impossible after <see cref="TakeAsync"/>;
    /// a reader that placed an alert by an older look is turned again.</exception>
    public static async Task<Incident> SaveAsync(ITx tx, Incident incident)
    {
        var touched = await tx.ExecuteAsync("""
            update incidents_incident set title = @title, severity = @severity, state = @state, lead_service = @lead, started = @started,
                started_at = @startedAt, acked_by = @ackedBy, acked_at = @ackedAt, recovered_at = @recoveredAt, resolves_at = @resolvesAt,
                resolved_at = @resolvedAt, ended = @ended, ended_at = @endedAt, cause = @cause, impact = @impact, version = version + 1
            where id = @id and version = @version
            """, Values(incident));
        return touched == 1 ? incident with { Version = incident.Version + 1 }
            : throw new InvalidOperationException($"{incident.Id} was changed by somebody else at the same time");
    }

    private static object Values(Incident incident) => new
    {
        id = incident.Id.Value,
        title = incident.Title,
        severity = (long)incident.Severity,
        state = incident.State.ToString().ToLowerInvariant(),
        lead = incident.Services.Count > 0 ? incident.Services[0].Key.Value : null,
        started = Json(incident.Started),
        startedAt = incident.StartedAt.ToUnixTimeMilliseconds(),
        openedAt = incident.OpenedAt.ToUnixTimeMilliseconds(),
        ackedBy = incident.AckedBy?.Value,
        ackedAt = incident.AckedAt?.ToUnixTimeMilliseconds(),
        recoveredAt = incident.RecoveredAt?.ToUnixTimeMilliseconds(),
        resolvesAt = incident.ResolvesAt?.ToUnixTimeMilliseconds(),
        resolvedAt = incident.ResolvedAt?.ToUnixTimeMilliseconds(),
        ended = incident.Ended is null ? null : Json(incident.Ended),
        endedAt = incident.EndedAt?.ToUnixTimeMilliseconds(),
        isDeclared = incident.IsDeclared ? 1L : 0L,
        isPast = incident.IsPast ? 1L : 0L,
        cause = incident.Cause,
        impact = incident.Impact is null ? null : Json(incident.Impact),
        version = incident.Version,
    };

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, FactKinds.Json);

    public static Task<int> AddServiceAsync(ITx tx, IncidentId id, AffectedService service) => tx.ExecuteAsync("""
        insert into incidents_service (incident, service, name) values (@id, @service, @Name) on conflict (incident, service) do nothing
        """, new { id = id.Value, service = service.Key.Value, service.Name });

    public static async Task ReplaceServicesAsync(ITx tx, IncidentId id, IReadOnlyList<AffectedService> services)
    {
        await tx.ExecuteAsync("delete from incidents_service where incident = @Value", new { id.Value });
        foreach (var service in services) await AddServiceAsync(tx, id, service);
    }

    public static Task<int> LinkAlertAsync(ITx tx, IncidentId id, Alert alert) => tx.ExecuteAsync("""
        insert into incidents_alert (incident, alert, dedup_key, title, facet, started_at)
        values (@id, @alert, @DedupKey, @Title, @Facet, @started)
        on conflict (incident, alert) do nothing
        """, new { id = id.Value, alert = alert.Id.Value, alert.DedupKey, alert.Title, alert.Facet, started = alert.StartedAt.ToUnixTimeMilliseconds() });

    /// <returns>The incidents that have this alert.</returns>
    public static async Task<IReadOnlyList<IncidentId>> OfAlertAsync(IReadTx tx, AlertId alert) =>
        [.. (await tx.QueryAsync<long>("select incident from incidents_alert where alert = @Value order by incident", new { alert.Value }))
            .Select(id => new IncidentId(id))];

    public static async Task<IReadOnlyList<AlertId>> AlertsAsync(IReadTx tx, IncidentId id) =>
        [.. (await tx.QueryAsync<long>("select alert from incidents_alert where incident = @Value order by alert", new { id.Value }))
            .Select(alert => new AlertId(alert))];

    public static Task<int> EndAlertAsync(ITx tx, AlertId alert, DateTimeOffset at) => tx.ExecuteAsync(
        "update incidents_alert set ended_at = @at where alert = @Value", new { at = at.ToUnixTimeMilliseconds(), alert.Value });

    /// <returns>End of the last alert; null while one still fires.</returns>
    public static async Task<DateTimeOffset?> AllEndedAtAsync(IReadTx tx, IncidentId id)
    {
        var row = await tx.FirstAsync<EndRow>("""
            select sum(case when ended_at is null then 1 else 0 end) as firing, max(ended_at) as last from incidents_alert where incident = @Value
            """, new { id.Value });
        return row is { Firing: 0, Last: { } last } ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null;
    }

    public static async Task<IReadOnlyList<PlacementCandidate>> CandidatesAsync(IReadTx tx, DateTimeOffset resolvedSince)
    {
        IReadOnlyList<Incident> incidents = [.. await OpenAsync(tx), .. await ResolvedSinceAsync(tx, resolvedSince)];
        if (incidents.Count == 0) return [];
        var ids = string.Join(", ", incidents.Select(incident => incident.Id.Value));
        var alerts = (await tx.QueryAsync<LinkRow>($"select incident, dedup_key, title, facet from incidents_alert where incident in ({ids})"))
            .ToLookup(row => row.Incident);
        return [.. incidents.Select(incident => new PlacementCandidate(incident,
            alerts[incident.Id.Value].Select(row => row.DedupKey).ToHashSet(StringComparer.Ordinal),
            alerts[incident.Id.Value].Select(row => (row.DedupKey, row.Title)).ToHashSet(),
            alerts[incident.Id.Value].Select(row => row.Facet).ToHashSet(StringComparer.Ordinal)))];
    }

    public static async Task<bool> IsPlacedAsync(IReadTx tx, AlertId alert) =>
        await tx.FirstAsync<long>("select count(*) from incidents_alert where alert = @Value", new { alert.Value }) > 0;

    public static async Task<IReadOnlyList<IncidentId>> QuietEndedAsync(IReadTx tx, DateTimeOffset now) =>
        [.. (await tx.QueryAsync<long>("select id from incidents_incident where state <> 'resolved' and resolves_at <= @now",
            new { now = now.ToUnixTimeMilliseconds() })).Select(id => new IncidentId(id))];

    /// <returns>The incident that an earlier request of this name opened; null when there was none.</returns>
    public static async Task<Incident?> OfRequestAsync(IReadTx tx, string request) =>
        await tx.FirstAsync<long?>("select incident from incidents_request where request = @request", new { request }) is { } id
            ? await FindAsync(tx, new IncidentId(id)) : null;

    public static Task<int> KeepRequestAsync(ITx tx, string request, IncidentId id) => tx.ExecuteAsync(
        "insert into incidents_request (request, incident) values (@request, @id)", new { request, id = id.Value });

    private sealed class ServiceRow
    {
        public long Incident { get; init; }
        public string Service { get; init; } = "";
        public string Name { get; init; } = "";
    }

    private sealed class LinkRow
    {
        public long Incident { get; init; }
        public string DedupKey { get; init; } = "";
        public string Title { get; init; } = "";
        public string Facet { get; init; } = "";
    }

    private sealed class EndRow
    {
        public long? Firing { get; init; }
        public long? Last { get; init; }
    }
}

/// <summary>A row of <c>incidents_incident</c>.</summary>
internal sealed class IncidentRow
{
    public long Id { get; init; }
    public string Title { get; init; } = "";
    public long Severity { get; init; }
    public string State { get; init; } = "";
    public string? LeadService { get; init; }
    public string Started { get; init; } = "";
    public long StartedAt { get; init; }
    public long OpenedAt { get; init; }
    public string? AckedBy { get; init; }
    public long? AckedAt { get; init; }
    public long? RecoveredAt { get; init; }
    public long? ResolvesAt { get; init; }
    public long? ResolvedAt { get; init; }
    public string? Ended { get; init; }
    public long? EndedAt { get; init; }
    public long IsDeclared { get; init; }
    public long IsPast { get; init; }
    public string? Cause { get; init; }
    public string? Impact { get; init; }
    public long Version { get; init; }

    public Incident ToIncident(IReadOnlyList<AffectedService> services) => new()
    {
        Id = new IncidentId(Id),
        Title = Title,
        Severity = (Severity)Severity,
        State = Enum.Parse<IncidentState>(State, ignoreCase: true),
        Services = services,
        Started = JsonSerializer.Deserialize<ToldMoment>(Started, FactKinds.Json)!,
        StartedAt = At(StartedAt),
        OpenedAt = At(OpenedAt),
        AckedBy = AckedBy is null ? null : new PersonKey(AckedBy),
        AckedAt = At(AckedAt),
        RecoveredAt = At(RecoveredAt),
        ResolvesAt = At(ResolvesAt),
        ResolvedAt = At(ResolvedAt),
        Ended = Ended is null ? null : JsonSerializer.Deserialize<ToldMoment>(Ended, FactKinds.Json),
        EndedAt = At(EndedAt),
        IsDeclared = IsDeclared != 0,
        IsPast = IsPast != 0,
        Cause = Cause,
        Impact = Impact is null ? null : JsonSerializer.Deserialize<Impact>(Impact, FactKinds.Json),
        Version = Version,
    };

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
    private static DateTimeOffset? At(long? ms) => ms is { } known ? At(known) : null;
}
