using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

public enum ChangeAnswerKind
{
    /// <summary>It begins; what becomes of it is told by its steps.</summary>
    Begun,
    /// <summary>Nothing was done: the wish cannot hold now.</summary>
    Refused,
    /// <summary>Nothing was done: another change is under way, or somebody was first.</summary>
    TooLate,
    /// <summary>There is no such target or change.</summary>
    Unknown,
    /// <summary>What was sent is not a content that could be tried.</summary>
    Invalid,
}

/// <param name="Change">The change that began, or that is in the way.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ChangeAnswer(ChangeAnswerKind Kind, ChangeId? Change, string Text);

/// <summary>What people do with targets: change them, put them back, end a watch. Each act is a responder's, and is its approval.</summary>
public sealed class GuardedChanges
{
    public const int ReasonLengthMax = 300;

    private readonly IStore store;
    private readonly ITargetHands hands;
    private readonly IRevisions revisions;
    private readonly TimeProvider clock;

    internal GuardedChanges(IStore store, ITargetHands hands, IRevisions revisions, TimeProvider clock) =>
        (this.store, this.hands, this.revisions, this.clock) = (store, hands, revisions, clock);

    /// <summary>Asks for a new content.</summary>
    /// <param name="reason">One line: why.</param>
    public async Task<ChangeAnswer> ProposeAsync(TargetKey key, byte[] content, string? reason, Actor by, CancellationToken cancellation = default)
    {
        if (Find(key) is not { } target) return Unknown(key);
        if (content.Length > TargetModel.BytesMax)
            return new ChangeAnswer(ChangeAnswerKind.Invalid, null, $"The content has {content.Length / 1024} KiB, at most {TargetModel.BytesMax / 1024} KiB are taken.");
        if (ContentHash.TextOf(content) is null) return new ChangeAnswer(ChangeAnswerKind.Invalid, null, "The content is not text in UTF-8.");
        var why = ChangeRules.OrNull(reason) ?? "no reason given";
        if (why.Length > ReasonLengthMax || why.Any(char.IsControl))
            return new ChangeAnswer(ChangeAnswerKind.Invalid, null, $"The reason is one line of at most {ReasonLengthMax} characters.");
        return await BeginAsync(target, by, null, isRollBack: false, expected: null,
            (_, current) => Task.FromResult<(string?, byte[]?, string)>((ContentHash.Of(content), content,
                current == ContentHash.Of(content) ? $"{key} has this content already; nothing was done." : why)), cancellation);
    }

    /// <summary>Puts back the last version that was proved healthy.</summary>
    /// <param name="incident">From whose page it was asked.</param>
    /// <param name="expected">Hash of the content that the person saw as the one in place; null does not ask.</param>
    public async Task<ChangeAnswer> RollBackAsync(TargetKey key, IncidentId? incident, string? expected, Actor by, CancellationToken cancellation = default)
    {
        if (Find(key) is not { } target) return Unknown(key);
        return await BeginAsync(target, by, incident, isRollBack: true, expected, async (tx, current) =>
            await VersionStore.ProvedBeforeAsync(tx, key, current) is { } version
                ? (version.Sha, null, "put back what was proved healthy")
                : (null, null, $"No other version of {key} was proved healthy, so there is nothing to put back."), cancellation);
    }

    /// <summary>Takes a change back that is being watched, or calls it off before it is written.</summary>
    public Task<ChangeAnswer> RevertAsync(ChangeId id, Actor by, CancellationToken cancellation = default) =>
        ActAsync(id, by, new ChangeEvent.RevertNow(NameOf(by)), "is taken back", cancellation);

    /// <summary>Confirms a change before its window is over: it stays, and is not proved healthy by that.</summary>
    public Task<ChangeAnswer> ConfirmAsync(ChangeId id, Actor by, CancellationToken cancellation = default) =>
        ActAsync(id, by, new ChangeEvent.ConfirmNow(NameOf(by)), "is confirmed", cancellation);

    private Task<ChangeAnswer> ActAsync(ChangeId id, Actor by, ChangeEvent wish, string words, CancellationToken cancellation) => store.WriteAsync(async tx =>
    {
        if (await GuardedStore.FindAsync(tx, id) is not { } change)
            return new ChangeAnswer(ChangeAnswerKind.Unknown, null, $"There is no guarded change {id}.");
        var step = await ChangeWriter.StepAsync(tx, change, wish, by, TimeSpan.Zero, Now());
        return step.IsIgnored
            ? new ChangeAnswer(ChangeAnswerKind.TooLate, id, $"Nothing was done: {id} is {change.Phase.InWords}.")
            : new ChangeAnswer(ChangeAnswerKind.Begun, id, $"{id} {words}.");
    }, cancellation: cancellation);

    /// <param name="choose">Answers the hash to put there, its content when it is new, and the reason; without a hash the reason says why not.</param>
    private async Task<ChangeAnswer> BeginAsync(TargetModel target, Actor by, IncidentId? incident, bool isRollBack, string? expected,
        Func<IReadTx, string, Task<(string? Sha, byte[]? Content, string Why)>> choose, CancellationToken cancellation)
    {
        var current = hands.Read(target);
        return await store.WriteAsync<ChangeAnswer>(async tx =>
        {
            var now = Now();
            // Whoever comes second learns who was first, not that a file has changed.
            if (await GuardedStore.OpenAsync(tx, target.Key) is { } open) return Refuse(tx, target, by, incident, isRollBack, now, ChangeAnswerKind.TooLate, open.Id, InTheWay(open, now));
            if (current.Bytes is not { } bytes) return Refuse(tx, target, by, incident, isRollBack, now, ChangeAnswerKind.Refused, null, $"{target.Key}: {current.Fault}.");
            if (expected is not null && expected != current.Sha)
                return Refuse(tx, target, by, incident, isRollBack, now, ChangeAnswerKind.TooLate, null, await SinceThenAsync(tx, target, now));
            var state = await VersionStore.StateAsync(tx, target.Key);
            var (sha, content, why) = await choose(tx, current.Sha);
            if (sha is null || sha == current.Sha) return Refuse(tx, target, by, incident, isRollBack, now, ChangeAnswerKind.Refused, null, why);
            var drift = await ChangeWriter.SeeAsync(tx, target, state, current, now, now);
            if (content is not null) await VersionStore.KeepAsync(tx, target.Key, sha, content, now);
            var change = await InsertAsync(tx, new GuardedChange
            {
                Id = default, Target = target.Key, Service = target.Service, Phase = ChangePhase.Draft, IsRollBack = isRollBack, Incident = incident, By = by,
                Reason = why, From = current.Sha, To = sha, CreatedAt = now, Why = $"asked for by {NameOf(by)}",
            });
            if (drift is not null) tx.Append(drift, now, Actor.Tocsin);
            return new ChangeAnswer(ChangeAnswerKind.Begun, change.Id, isRollBack ? $"{target.Key} is being put back." : $"{change.Id} begins: {target.Key} is being changed.");
        }, cancellation: cancellation);
    }

    private static async Task<GuardedChange> InsertAsync(ITx tx, GuardedChange change)
    {
        var record = new Change
        {
            Id = default, Kind = change.IsRollBack ? ChangeWriter.KindOfRollBack : ChangeWriter.KindOfChange, Title = ChangeWriter.TitleOf(change),
            Service = change.Service, HappenedAt = change.CreatedAt, RecordedAt = change.CreatedAt, RecordedBy = change.By,
        };
        var id = await ChangeStore.InsertAsync(tx, record, null, isPlanned: true);
        var inserted = change with { Id = id!.Value };
        await GuardedStore.InsertAsync(tx, inserted);
        return inserted;
    }

    private static ChangeAnswer Refuse(ITx tx, TargetModel target, Actor by, IncidentId? incident, bool isRollBack, DateTimeOffset now, ChangeAnswerKind kind, ChangeId? inTheWay, string why)
    {
        tx.Append(new ChangeRefused(null, target.Key, target.Service, incident, isRollBack, $"{(isRollBack ? "Roll back" : "Change")} of {target.Key} refused: {why}"), now, by);
        return new ChangeAnswer(kind, inTheWay, why);
    }

    private string InTheWay(GuardedChange open, DateTimeOffset now) =>
        $"{NameOf(open.By)} {(open.IsRollBack ? "pressed Roll back" : "began a change")} {Durations.InWords(Max(now - open.CreatedAt))} ago; {open.Id} is {open.Phase.InWords}. Nothing more was done.";

    private async Task<string> SinceThenAsync(IReadTx tx, TargetModel target, DateTimeOffset now) =>
        await GuardedStore.RecentAsync(tx, target.Key, 1) is [{ Phase: ChangePhase.Confirmed or ChangePhase.Stuck } last]
            ? $"{NameOf(last.By)} {(last.IsRollBack ? "put it back" : "changed it")} {Durations.InWords(Max(now - last.CreatedAt))} ago. Nothing more was done."
            : $"{target.Key} has changed since you looked. Load the page again.";

    private static TimeSpan Max(TimeSpan length) => length < TimeSpan.Zero ? TimeSpan.Zero : length;

    private TargetModel? Find(TargetKey key) => revisions.Current.Get<TargetsModel>().Targets.GetValueOrDefault(key);

    private static ChangeAnswer Unknown(TargetKey key) => new(ChangeAnswerKind.Unknown, null, $"There is no target {key}.");

    private string NameOf(Actor actor) => actor.Person is { } person ? revisions.Current.Catalog.NameOf(person) : actor.InWords;

    // The precision of the database, so that the answer equals what is read later.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
