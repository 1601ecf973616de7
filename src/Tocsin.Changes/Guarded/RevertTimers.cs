using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>Revert timers on the monotonic clock: setting the wall clock neither ends one early nor holds it back.</summary>
/// <remarks>The wall clock only carries a timer from one process to the next, and can then make it end early, never longer than its length.</remarks>
internal sealed class RevertTimers
{
    private readonly Dictionary<ChangeId, (DateTimeOffset RevertAt, TimeSpan Ends)> timers = [];

    /// <summary>A timer that begins now.</summary>
    public void Start(GuardedChange change, TimeSpan at)
    {
        if (change.RevertAt is { } revertAt) timers[change.Id] = (revertAt, at + change.Timer);
    }

    public bool IsOver(GuardedChange change, TimeSpan at, DateTimeOffset now)
    {
        if (change.RevertAt is not { } revertAt || !change.Phase.IsTimed) return false;
        if (!timers.TryGetValue(change.Id, out var timer) || timer.RevertAt != revertAt)
        {
            var left = revertAt - now;
            timers[change.Id] = timer = (revertAt, at + (left < TimeSpan.Zero ? TimeSpan.Zero : left > change.Timer ? change.Timer : left));
        }
        return at >= timer.Ends;
    }

    public void Forget(ChangeId change) => timers.Remove(change);
}
