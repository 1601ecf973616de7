using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>What a phase does outside of the database, and what came of it. Each may be done again after a crash.</summary>
internal sealed class ChangeEffects(IStore store, ITargetHands hands, IRevisions revisions, ILogger<ChangeEffects> log)
{
    public static bool Has(ChangePhase phase) => phase is ChangePhase.Draft or ChangePhase.Validated or ChangePhase.Armed or ChangePhase.Written
        or ChangePhase.Reverting or ChangePhase.PutBack;

    /// <returns>What happened; a bug of ours is a fault of the step, so that the change is not left half-way.</returns>
    public async Task<ChangeEvent> RunAsync(GuardedChange change, TargetModel target, CancellationToken stopping)
    {
        try { return await DoAsync(change, target, stopping); }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "{Change} of {Target} failed while it was {Phase}", change.Id, change.Target, change.Phase);
            return Failed(change, $"unexpected: {error.Message}");
        }
    }

    private async Task<ChangeEvent> DoAsync(GuardedChange change, TargetModel target, CancellationToken stopping)
    {
        var isBack = change.Phase is ChangePhase.Reverting or ChangePhase.PutBack;
        if (await ContentAsync(change, isBack ? change.From : change.To, stopping) is not { } content) return Failed(change, "the content is no longer kept");
        switch (change.Phase)
        {
            case ChangePhase.Draft: return new ChangeEvent.Validated(await hands.ValidateAsync(target, content, stopping));
            case ChangePhase.Validated: return await JudgeAsync(change, target, content, stopping);
            case ChangePhase.Armed: return new ChangeEvent.Written(hands.Replace(target, change.From, content));
            case ChangePhase.Reverting: return new ChangeEvent.PutBack(hands.Replace(target, change.To, content));
            case ChangePhase.Written or ChangePhase.PutBack:
                var (fault, evidence) = await hands.ApplyAsync(target, content, stopping);
                return new ChangeEvent.Answered(fault, evidence);
            default: throw new System.Diagnostics.UnreachableException($"{change.Phase} does nothing outside");
        }
    }

    private async Task<ChangeEvent> JudgeAsync(GuardedChange change, TargetModel target, byte[] content, CancellationToken stopping)
    {
        var current = hands.Read(target);
        if (current.Bytes is null) return Failed(change, current.Fault!);
        if (current.Sha != change.From) return Failed(change, "somebody changed the file meanwhile");
        // What was proved healthy was allowed once: in an outage a host that cannot answer must not hold it up.
        var fault = change.IsRollBack ? null : await hands.GuardAsync(target, content, stopping);
        return new ChangeEvent.Judged(fault, DiffOf(target, current.Bytes, content), revisions.Current.Catalog.DependentsOf(target.Service));
    }

    private Task<byte[]?> ContentAsync(GuardedChange change, string sha, CancellationToken stopping) =>
        store.ReadAsync(async tx => (await VersionStore.FindAsync(tx, change.Target, sha))?.Content, stopping);

    private static ChangeEvent Failed(GuardedChange change, string fault) => change.Phase switch
    {
        ChangePhase.Draft => new ChangeEvent.Validated(fault),
        ChangePhase.Validated => new ChangeEvent.Judged(fault, "", []),
        ChangePhase.Armed => new ChangeEvent.Written(fault),
        ChangePhase.Reverting => new ChangeEvent.PutBack(fault),
        _ => new ChangeEvent.Answered(fault, ""),
    };

    /// <summary>The difference in one line; of a secret only the hashes.</summary>
    public static string DiffOf(TargetModel target, byte[] before, byte[] after) =>
        !target.IsSecret && ContentHash.TextOf(before) is { } old && ContentHash.TextOf(after) is { } young
            ? ContentDiff.InOneLine(old, young) : $"{ContentHash.Short(ContentHash.Of(before))} → {ContentHash.Short(ContentHash.Of(after))}";
}
