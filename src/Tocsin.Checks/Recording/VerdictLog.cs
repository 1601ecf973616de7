using Tocsin.Checks.Confirming;
using Tocsin.Checks.Scheduling;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Recording;

/// <summary>Verdicts on their way into the database: never lost while the process lives, never awaited by detection.</summary>
/// <remarks>Belongs to the pump. One unit is under way at a time, so that the journal keeps the order of events.</remarks>
internal sealed class VerdictLog(IStore store, IRunner runner, CheckInbox inbox, CheckBoard board)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private const int UnitMax = 500;

    /// <param name="Check">Null for facts about the prober itself.</param>
    private sealed record Pending(CheckModel? Check, CheckState? State, Outcome? Journaled, Fact? Fact, DateTimeOffset At);

    private readonly List<Pending> pending = [];
    private bool isWriting;
    private TimeSpan notBefore;

    /// <summary>When a failed write is tried again; null when nothing waits for it.</summary>
    public TimeSpan? NextAt => pending.Count > 0 && !isWriting ? notBefore : null;

    public void Add(Watched check, Fact? fact, DateTimeOffset at)
    {
        pending.Add(new Pending(check.Model, check.State, check.Flaps.Journaled, fact, at));
        ShowUnrecorded();
    }

    public void Add(Fact fact, DateTimeOffset at) => pending.Add(new Pending(null, null, null, fact, at));

    /// <summary>Starts writing what waits, unless a unit is under way or just failed.</summary>
    public void Flush(Lease lease, TimeSpan now)
    {
        if (isWriting || pending.Count == 0 || now < notBefore) return;
        isWriting = true;
        var batch = pending.GetRange(0, Math.Min(pending.Count, UnitMax));
        runner.Run("write verdicts", async stopping =>
        {
            try
            {
                await store.WriteAsync(tx => WriteAsync(tx, batch), lease, stopping);
                inbox.Post(new CheckEvent.VerdictsWritten(batch.Count, null));
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                inbox.Post(new CheckEvent.VerdictsWritten(0, error));
                if (error is not (StoreUnavailableException or FencedException)) throw;
            }
        });
    }

    /// <exception cref="FencedException">The work belongs to another process now.</exception>
    public void Written(CheckEvent.VerdictsWritten outcome, TimeSpan now)
    {
        isWriting = false;
        pending.RemoveRange(0, outcome.Count);
        ShowUnrecorded();
        if (outcome.Failure is FencedException fenced)
        {
            pending.Clear();
            throw fenced;
        }
        if (outcome.Failure is not null) notBefore = now + RetryAfter;
    }

    private static async ValueTask WriteAsync(ITx tx, IReadOnlyList<Pending> batch)
    {
        foreach (var latest in batch.Where(item => item.Check is not null).GroupBy(item => item.Check!.Key).Select(group => group.Last()))
        {
            await CheckStore.SaveAsync(tx, latest.Check!, latest.State!, latest.Journaled, latest.At);
        }
        foreach (var item in batch)
        {
            if (item.Fact is not null) tx.Append(item.Fact, item.At, Actor.Tocsin);
        }
    }

    private void ShowUnrecorded()
    {
        board.Unrecorded = [.. pending.Where(item => item is { Check: not null, Fact: not null })
            .Select(item => new UnrecordedVerdict(item.Check!.Key, item.Check.Service, item.State!.Verdict!.Value, item.At, item.State.Text))];
    }
}
