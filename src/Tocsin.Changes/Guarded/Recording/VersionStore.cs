using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>A content that a target has or had.</summary>
/// <param name="SeenAt">When it last came; when it was asked for, when it never did.</param>
/// <param name="ProvedAt">Null: its checks were never up for a whole window.</param>
/// <param name="Distrusted">It was taken back, or rolled back from: never put back by itself.</param>
internal sealed record TargetVersion(
    string Sha, byte[] Content, DateTimeOffset SeenAt, DateTimeOffset? ProvedAt, DateTimeOffset? HealthySince, DateTimeOffset? HealthyUntil, bool Distrusted)
{
    public TimeSpan HealthyFor => HealthyUntil - HealthySince ?? TimeSpan.Zero;
}

/// <summary>What a target's file has now.</summary>
/// <param name="Sha">Empty until it could be read once.</param>
/// <param name="Fault">Why it cannot be read; empty while it can.</param>
internal sealed record TargetState(string Sha, DateTimeOffset Since, string Fault);

/// <summary>The SQL of targets and their versions.</summary>
internal static class VersionStore
{
    /// <summary>More of one target are not kept, but those last proved and those under way always are.</summary>
    public const int KeptMax = 50;

    private static readonly TimeSpan GapMax = TimeSpan.FromMinutes(2);

    private const string Columns = "sha, content, seen_at, proved_at, healthy_since, healthy_until, distrusted_at";

    public static async Task<TargetVersion?> FindAsync(IReadTx tx, TargetKey target, string sha) => (await tx.FirstAsync<VersionRow>(
        $"select {Columns} from changes_version where target = @Value and sha = @sha", new { target.Value, sha }))?.ToVersion();

    /// <returns>What <em>Roll back</em> puts back: the last content proved healthy that is another one and was not taken back; null when there is none.</returns>
    public static async Task<TargetVersion?> ProvedBeforeAsync(IReadTx tx, TargetKey target, string sha) => (await tx.FirstAsync<VersionRow>($"""
        select {Columns} from changes_version
        where target = @Value and sha <> @sha and proved_at is not null and distrusted_at is null
        order by healthy_until desc, seen_at desc limit 1
        """, new { target.Value, sha }))?.ToVersion();

    public static Task KeepAsync(ITx tx, TargetKey target, string sha, byte[] content, DateTimeOffset at) => tx.ExecuteAsync("""
        insert into changes_version (target, sha, content, seen_at) values (@Value, @sha, @content, @at) on conflict (target, sha) do nothing
        """, new { target.Value, sha, content, at = at.ToUnixTimeMilliseconds() });

    /// <summary>The target has this content now.</summary>
    public static async Task ComeAsync(ITx tx, TargetKey target, string sha, DateTimeOffset at)
    {
        await tx.ExecuteAsync("update changes_version set seen_at = @at where target = @Value and sha = @sha",
            new { target.Value, sha, at = at.ToUnixTimeMilliseconds() });
        await SetStateAsync(tx, target, new TargetState(sha, at, ""));
    }

    /// <summary>The target has again what it had before; that it came back is no news.</summary>
    public static async Task ComeBackAsync(ITx tx, TargetKey target, string sha, DateTimeOffset now) =>
        await SetStateAsync(tx, target, new TargetState(sha, (await FindAsync(tx, target, sha))?.SeenAt ?? now, ""));

    /// <summary>Its checks were up from one moment to another. What was seen before goes on when only a restart lies between.</summary>
    public static Task ProveAsync(ITx tx, TargetKey target, string sha, DateTimeOffset since, DateTimeOffset until) => tx.ExecuteAsync("""
        update changes_version set proved_at = coalesce(proved_at, @until), healthy_until = @until,
            healthy_since = case when healthy_until >= @since - @gap and healthy_since < @since then healthy_since else @since end
        where target = @Value and sha = @sha
        """, new { target.Value, sha, since = since.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds(), gap = (long)GapMax.TotalMilliseconds });

    public static Task TrustAsync(ITx tx, TargetKey target, string sha) => tx.ExecuteAsync(
        "update changes_version set distrusted_at = null where target = @Value and sha = @sha", new { target.Value, sha });

    public static Task DistrustAsync(ITx tx, TargetKey target, string sha, DateTimeOffset at) => tx.ExecuteAsync(
        "update changes_version set distrusted_at = @at where target = @Value and sha = @sha", new { target.Value, sha, at = at.ToUnixTimeMilliseconds() });

    /// <summary>Forgets the oldest beyond <see cref="KeptMax"/>.</summary>
    public static Task ThinAsync(ITx tx, TargetKey target) => tx.ExecuteAsync("""
        delete from changes_version where target = @Value
            and sha not in (select sha from changes_target where target = @Value)
            and sha not in (select from_sha from changes_guarded where target = @Value and is_open = 1)
            and sha not in (select to_sha from changes_guarded where target = @Value and is_open = 1)
            and sha not in (select sha from changes_version where target = @Value order by seen_at desc limit @kept)
            and sha not in (select sha from changes_version where target = @Value and proved_at is not null and distrusted_at is null
                order by healthy_until desc limit 5)
        """, new { target.Value, kept = (long)KeptMax });

    public static async Task<TargetState?> StateAsync(IReadTx tx, TargetKey target) =>
        (await tx.FirstAsync<StateRow>("select sha, since, fault from changes_target where target = @Value", new { target.Value }))?.ToState();

    public static Task SetStateAsync(ITx tx, TargetKey target, TargetState state) => tx.ExecuteAsync("""
        insert into changes_target (target, sha, since, fault) values (@Value, @Sha, @since, @Fault)
        on conflict (target) do update set sha = excluded.sha, since = excluded.since, fault = excluded.fault
        """, new { target.Value, state.Sha, since = state.Since.ToUnixTimeMilliseconds(), state.Fault });

    private sealed class StateRow
    {
        public string Sha { get; init; } = "";
        public long Since { get; init; }
        public string Fault { get; init; } = "";
        public TargetState ToState() => new(Sha, DateTimeOffset.FromUnixTimeMilliseconds(Since), Fault);
    }

    private sealed class VersionRow
    {
        public string Sha { get; init; } = "";
        public byte[] Content { get; init; } = [];
        public long SeenAt { get; init; }
        public long? ProvedAt { get; init; }
        public long? HealthySince { get; init; }
        public long? HealthyUntil { get; init; }
        public long? DistrustedAt { get; init; }

        public TargetVersion ToVersion() => new(Sha, Content, DateTimeOffset.FromUnixTimeMilliseconds(SeenAt), Moment(ProvedAt),
            Moment(HealthySince), Moment(HealthyUntil), DistrustedAt is not null);

        private static DateTimeOffset? Moment(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }
}
