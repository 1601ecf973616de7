using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>Writes what an event did to a change: its row, its step, its versions, and its entries. Inside a unit.</summary>
internal static class ChangeWriter
{
    /// <summary>Kind under which a guarded change stands among the changes.</summary>
    public const string KindOfChange = "config", KindOfRollBack = "rollback", KindOfDrift = "drift";

    /// <param name="by">Who caused it.</param>
    /// <param name="window">How long the watch took, when it proved something.</param>
    /// <returns>The step; ignored also when another one was made meanwhile.</returns>
    public static async Task<ChangeStep> StepAsync(ITx tx, GuardedChange change, ChangeEvent happened, Actor by, TimeSpan window, DateTimeOffset now)
    {
        var step = ChangeMachine.Apply(change, happened);
        if (step.IsIgnored) return step;
        var next = step.Next;
        if (!await GuardedStore.SaveAsync(tx, next, now)) return step with { Next = change, Facts = [], IsIgnored = true };
        await AccountAsync(tx, next, happened, window, now);
        if (next.Phase == ChangePhase.Written) tx.Append(Recorded(next, now), now, change.By);
        foreach (var fact in step.Facts) tx.Append(fact, now, by);
        return step;
    }

    private static async Task AccountAsync(ITx tx, GuardedChange change, ChangeEvent happened, TimeSpan window, DateTimeOffset now)
    {
        switch (change.Phase)
        {
            case ChangePhase.Planned:
                await GuardedStore.DescribeAsync(tx, change.Id, change.Diff);
                break;
            case ChangePhase.Written:
                await GuardedStore.HappenedAsync(tx, change.Id, now);
                await VersionStore.ComeAsync(tx, change.Target, change.To, now);
                break;
            case ChangePhase.Confirmed when happened is ChangeEvent.Watched:
                await VersionStore.ProveAsync(tx, change.Target, change.To, now - window, now);
                if (change.IsRollBack) await VersionStore.DistrustAsync(tx, change.Target, change.From, now);
                else await VersionStore.TrustAsync(tx, change.Target, change.To);
                break;
            case ChangePhase.Reverting when !change.IsRollBack:
                await VersionStore.DistrustAsync(tx, change.Target, change.To, now);
                break;
            case ChangePhase.PutBack:
                await VersionStore.ComeBackAsync(tx, change.Target, change.From, now);
                break;
        }
        if (change.Phase.IsFinal) await VersionStore.ThinAsync(tx, change.Target);
    }

    private static ChangeRecorded Recorded(GuardedChange change, DateTimeOffset now) => new(change.Id, change.IsRollBack ? KindOfRollBack : KindOfChange,
        TitleOf(change), change.Service, change.Diff, null, change.By.InWords, now);

    public static string TitleOf(GuardedChange change) => change.IsRollBack ? $"{change.Target} put back" : $"{change.Target} changed";

    /// <summary>Keeps a content that came without Tocsin.</summary>
    /// <param name="before">Null when the target is seen for the first time: then nothing has changed.</param>
    /// <param name="at">When it came, as far as is known.</param>
    /// <returns>What the journal is to be told when everything else is written; null when nothing has changed.</returns>
    public static async Task<ChangeRecorded?> SeeAsync(ITx tx, TargetModel target, TargetState? before, FileContent found, DateTimeOffset at, DateTimeOffset now)
    {
        if (before is not null && before.Fault == (found.Fault ?? "") && (found.Bytes is null || before.Sha == found.Sha)) return null;
        var text = before is null || found.Bytes is null ? found.Fault : await DiffAsync(tx, target, before, found.Bytes);
        if (found.Bytes is { } bytes)
        {
            await VersionStore.KeepAsync(tx, target.Key, found.Sha, bytes, at);
            if (before?.Sha == found.Sha) await VersionStore.SetStateAsync(tx, target.Key, before with { Fault = "" });
            else await VersionStore.ComeAsync(tx, target.Key, found.Sha, at);
        }
        else await VersionStore.SetStateAsync(tx, target.Key, new TargetState(before?.Sha ?? "", before?.Since ?? at, found.Fault!));
        await VersionStore.ThinAsync(tx, target.Key);
        if (before is null || before.Sha == found.Sha) return null;
        return await RecordAsync(tx, target, found.Fault is null ? $"{target.Key} was changed by hand" : $"{target.Key} cannot be read any more",
            found.Fault ?? $"Seen on the target, not made through Tocsin: {text}", at, now);
    }

    private static async Task<string> DiffAsync(ITx tx, TargetModel target, TargetState before, byte[] bytes) =>
        await VersionStore.FindAsync(tx, target.Key, before.Sha) is { } version ? ChangeEffects.DiffOf(target, version.Content, bytes) : "what it had before is not known";

    private static async Task<ChangeRecorded> RecordAsync(ITx tx, TargetModel target, string title, string text, DateTimeOffset at, DateTimeOffset now)
    {
        var id = await ChangeStore.InsertAsync(tx, new Change
        {
            Id = default, Kind = KindOfDrift, Title = title, Service = target.Service, Description = text, HappenedAt = at, RecordedAt = now, RecordedBy = Actor.Tocsin,
        }, null);
        return new ChangeRecorded(id!.Value, KindOfDrift, title, target.Service, text, null, null, at);
    }
}
