using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>Looks after the targets between changes: notices what was changed by hand, and which content is proved healthy.</summary>
internal sealed class TargetTender(IStore store, ITargetHands hands, IRunner runner, IWatchedChecks checks, GuardedInbox inbox, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1), ProofEvery = TimeSpan.FromSeconds(30);

    /// <summary>A file written so lately may be written again without another time of change.</summary>
    private static readonly TimeSpan ClockGrain = TimeSpan.FromSeconds(2);

    private sealed class Tended
    {
        public long Epoch;
        public bool IsLooking;
        public TimeSpan? LookedAt;
        public (long Size, DateTimeOffset WrittenAt)? Stamp;
        public DateTimeOffset ReadAt;
        public WatchRun? Health;
        public string HealthOf = "";
        public TimeSpan? ProvedAt;
    }

    private readonly Dictionary<TargetKey, Tended> tended = [];

    /// <summary>A change made a step: looks that began before say nothing.</summary>
    public void Touch(TargetKey target)
    {
        if (!tended.TryGetValue(target, out var one)) return;
        one.Epoch++;
        (one.LookedAt, one.Stamp, one.Health) = (null, null, null);
    }

    public void Forget(IReadOnlyCollection<TargetKey> configured)
    {
        foreach (var gone in tended.Keys.Except(configured).ToList()) tended.Remove(gone);
    }

    /// <summary>Starts a look when it is time.</summary>
    public void Look(TargetModel target, TimeSpan at)
    {
        if (!tended.TryGetValue(target.Key, out var one)) tended[target.Key] = one = new Tended();
        if (one.IsLooking || (one.LookedAt is { } last && at - last < LookEvery)) return;
        (one.IsLooking, one.LookedAt) = (true, at);
        var (epoch, stamp, readAt) = (one.Epoch, one.Stamp, one.ReadAt);
        runner.Run($"look at {target.Key}", _ =>
        {
            var now = hands.Look(target);
            var isSame = now is not null && now == stamp && readAt - now.Value.WrittenAt > ClockGrain;
            var content = isSame ? null : hands.Read(target);
            inbox.Post(new GuardedResult.Looked(target.Key, epoch, now, content));
            return Task.CompletedTask;
        });
    }

    /// <summary>Takes what a look found.</summary>
    /// <param name="open">The change under way; null when there is none.</param>
    /// <returns>True when somebody else changed the file under a change that is being watched.</returns>
    public async Task<bool> TakeAsync(GuardedResult.Looked looked, TargetModel target, GuardedChange? open, Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!tended.TryGetValue(looked.Target, out var one)) return false;
        one.IsLooking = false;
        if (looked.Epoch != one.Epoch || looked.Content is not { } content) return false;
        if (open is not null)
        {
            var expected = open.Phase switch { ChangePhase.Observing => open.To, ChangePhase.Proving => open.From, _ => null };
            return expected is not null && content.Bytes is not null && content.Sha != expected;
        }
        await store.WriteAsync(tx => SeenAsync(tx, looked, content, target, now), lease, cancellation);
        (one.Stamp, one.ReadAt) = (looked.Stamp, clock.GetUtcNow());
        return false;
    }

    private static async ValueTask SeenAsync(ITx tx, GuardedResult.Looked looked, FileContent content, TargetModel target, DateTimeOffset now)
    {
        var before = await VersionStore.StateAsync(tx, target.Key);
        // The file's own time, when it can be true: what is moved into place keeps a time of long ago.
        var at = looked.Stamp?.WrittenAt is { } written && written <= now && written > (before?.Since ?? DateTimeOffset.MinValue) ? written : now;
        if (await ChangeWriter.SeeAsync(tx, target, before, content, at, now) is { } seen) tx.Append(seen, at, Actor.Tocsin);
    }

    /// <summary>Follows the users' side while one content stands, and keeps that it was proved healthy.</summary>
    public async Task ProveAsync(TargetModel target, TargetState state, Lease lease, TimeSpan at, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!tended.TryGetValue(target.Key, out var one) || state.Sha.Length == 0 || state.Fault.Length > 0) return;
        if (one.Health is not { } health || one.HealthOf != state.Sha || !Equals(health.Watch, target.Watch))
        {
            (one.Health, one.HealthOf, one.ProvedAt) = (health = new WatchRun(target.Watch, [], at), state.Sha, null);
        }
        if (health.Look(checks, at).Verdict != WatchVerdict.Well || (one.ProvedAt is { } last && at - last < ProofEvery)) return;
        await store.WriteAsync(async tx => await VersionStore.ProveAsync(tx, target.Key, state.Sha, now - health.WellFor(at), now), lease, cancellation);
        one.ProvedAt = at;
    }
}
