using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>One step of a guarded change, as it is kept.</summary>
public sealed record KeptStep(ChangePhase Phase, DateTimeOffset At, string Why);

/// <summary>The SQL of guarded changes.</summary>
internal static class GuardedStore
{
    private const string Columns = """
        id, target, service, phase, step, is_roll_back, incident, requested_by, reason, from_sha, to_sha, diff, created_at, revert_at, timer_ms,
        well_before, why
        """;

    public static async Task<GuardedChange?> FindAsync(IReadTx tx, ChangeId id) =>
        (await tx.FirstAsync<GuardedRow>($"select {Columns} from changes_guarded where id = @Value", new { id.Value }))?.ToChange();

    /// <returns>The change under way on a target; null when there is none.</returns>
    public static async Task<GuardedChange?> OpenAsync(IReadTx tx, TargetKey target) =>
        (await tx.FirstAsync<GuardedRow>($"select {Columns} from changes_guarded where target = @Value and is_open = 1", new { target.Value }))?.ToChange();

    public static async Task<IReadOnlyList<GuardedChange>> AllOpenAsync(IReadTx tx) => [.. (await tx.QueryAsync<GuardedRow>(
        $"select {Columns} from changes_guarded where is_open = 1 order by id")).Select(row => row.ToChange())];

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<GuardedChange>> RecentAsync(IReadTx tx, TargetKey target, int limit) => [.. (await tx.QueryAsync<GuardedRow>(
        $"select {Columns} from changes_guarded where target = @Value order by id desc limit @limit", new { target.Value, limit = (long)limit }))
        .Select(row => row.ToChange())];

    public static async Task<IReadOnlyList<KeptStep>> StepsAsync(IReadTx tx, ChangeId id) => [.. (await tx.QueryAsync<StepRow>(
        "select phase, at, why from changes_step where change_id = @Value order by step", new { id.Value }))
        .Select(row => new KeptStep((ChangePhase)row.Phase, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Why))];

    public static async Task InsertAsync(ITx tx, GuardedChange change)
    {
        await tx.ExecuteAsync("""
            insert into changes_guarded (id, target, service, phase, step, is_open, is_roll_back, incident, requested_by, reason, from_sha, to_sha, diff,
                created_at, revert_at, timer_ms, well_before, why)
            values (@id, @target, @service, @phase, @step, 1, @isRollBack, @incident, @by, @Reason, @From, @To, @Diff, @createdAt, @revertAt, @timer, @wellBefore, @Why)
            """, Arguments(change));
        await KeepStepAsync(tx, change, change.CreatedAt);
    }

    /// <returns>False when another step was made since the change was read: then nothing was written.</returns>
    public static async Task<bool> SaveAsync(ITx tx, GuardedChange change, DateTimeOffset now)
    {
        var saved = await tx.ExecuteAsync("""
            update changes_guarded set phase = @phase, step = @step, is_open = @isOpen, diff = @Diff, revert_at = @revertAt, timer_ms = @timer,
                well_before = @wellBefore, why = @Why
            where id = @id and step = @step - 1
            """, Arguments(change));
        if (saved == 1) await KeepStepAsync(tx, change, now);
        return saved == 1;
    }

    /// <summary>From now on the change stands among those that altered production.</summary>
    public static Task HappenedAsync(ITx tx, ChangeId id, DateTimeOffset at) => tx.ExecuteAsync(
        "update changes_change set planned = 0, happened_at = @at where id = @Value", new { id.Value, at = at.ToUnixTimeMilliseconds() });

    public static Task DescribeAsync(ITx tx, ChangeId id, string description) => tx.ExecuteAsync(
        "update changes_change set description = @description where id = @Value", new { id.Value, description });

    private static Task<int> KeepStepAsync(ITx tx, GuardedChange change, DateTimeOffset at) => tx.ExecuteAsync(
        "insert into changes_step (change_id, step, phase, at, why) values (@id, @step, @phase, @at, @Why)",
        new { id = change.Id.Value, step = change.Step, phase = (long)change.Phase, at = at.ToUnixTimeMilliseconds(), change.Why });

    private static object Arguments(GuardedChange change) => new
    {
        id = change.Id.Value,
        target = change.Target.Value,
        service = change.Service.Value,
        phase = (long)change.Phase,
        step = change.Step,
        isOpen = change.Phase.IsFinal ? 0L : 1L,
        isRollBack = change.IsRollBack ? 1L : 0L,
        incident = change.Incident?.Value,
        by = change.By.Text,
        change.Reason,
        change.From,
        change.To,
        change.Diff,
        createdAt = change.CreatedAt.ToUnixTimeMilliseconds(),
        revertAt = change.RevertAt?.ToUnixTimeMilliseconds(),
        timer = (long)change.Timer.TotalMilliseconds,
        wellBefore = string.Join(' ', change.WellBefore),
        change.Why,
    };

    private sealed class StepRow
    {
        public long Phase { get; init; }
        public long At { get; init; }
        public string Why { get; init; } = "";
    }
}

/// <summary>A row of <c>changes_guarded</c>.</summary>
internal sealed class GuardedRow
{
    public long Id { get; init; }
    public string Target { get; init; } = "";
    public string Service { get; init; } = "";
    public long Phase { get; init; }
    public long Step { get; init; }
    public long IsRollBack { get; init; }
    public long? Incident { get; init; }
    public string RequestedBy { get; init; } = "";
    public string Reason { get; init; } = "";
    public string FromSha { get; init; } = "";
    public string ToSha { get; init; } = "";
    public string Diff { get; init; } = "";
    public long CreatedAt { get; init; }
    public long? RevertAt { get; init; }
    public long TimerMs { get; init; }
    public string WellBefore { get; init; } = "";
    public string Why { get; init; } = "";

    public GuardedChange ToChange() => new()
    {
        Id = new ChangeId(Id),
        Target = new TargetKey(Target),
        Service = new ServiceKey(Service),
        Phase = (ChangePhase)Phase,
        Step = Step,
        IsRollBack = IsRollBack != 0,
        Incident = Incident is { } incident ? new IncidentId(incident) : null,
        By = new Actor(RequestedBy),
        Reason = Reason,
        From = FromSha,
        To = ToSha,
        Diff = Diff,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        RevertAt = RevertAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        Timer = TimeSpan.FromMilliseconds(TimerMs),
        WellBefore = [.. WellBefore.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(key => new CheckKey(key))],
        Why = Why,
    };
}
