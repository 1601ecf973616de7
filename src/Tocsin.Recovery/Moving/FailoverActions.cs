using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Deciding;
using Tocsin.Recovery.Moving;

namespace Tocsin.Recovery;

/// <summary>What came of a person's request to move traffic.</summary>
public enum MoveOutcome { Moving, AlreadyThere, Refused, Unknown }

/// <param name="Reasons">Why it was refused; empty otherwise.</param>
public sealed record MoveAnswer(MoveOutcome Outcome, IReadOnlyList<string> Reasons)
{
    /// <summary>One sentence for whoever pressed the button.</summary>
    public string InWords(FailoverKey failover, TrafficSide to) => Outcome switch
    {
        MoveOutcome.Moving => $"Traffic of {failover} goes to the {Words.Of(to)}.",
        MoveOutcome.AlreadyThere => $"Traffic of {failover} goes to the {Words.Of(to)} already.",
        MoveOutcome.Refused => $"Not moved: {string.Join("; ", Reasons)}.",
        MoveOutcome.Unknown => $"There is no failover {failover}.",
    };
}

/// <summary>A person's request to move traffic.</summary>
/// <param name="Anyway">They were told that the side is not fit and want it all the same.</param>
/// <param name="Proposal">The proposal that they follow: when it is over, nothing moves; null when they follow none.</param>
/// <param name="Why">In their words; may be empty.</param>
public sealed record MoveRequest(FailoverKey Failover, TrafficSide To, bool Anyway = false, long? Proposal = null, string? Why = null)
{
    public const int WhyLengthMax = 300;
}

/// <summary>What people do with failovers. Pressed twice is moved once.</summary>
public sealed class FailoverActions
{
    private readonly IStore store;
    private readonly IRevisions revisions;
    private readonly SceneReader scenes;
    private readonly FailoverWriter writer;

    internal FailoverActions(IStore store, IRevisions revisions, SceneReader scenes, FailoverWriter writer) =>
        (this.store, this.revisions, this.scenes, this.writer) = (store, revisions, scenes, writer);

    /// <summary>Moves traffic by a person's word. The answer comes when it is written; the proof follows in the journal.</summary>
    public Task<MoveAnswer> MoveAsync(MoveRequest request, Actor by, CancellationToken cancellation = default)
    {
        if (!revisions.Current.Get<RecoveryModel>().Failovers.TryGetValue(request.Failover, out var failover))
            return Task.FromResult(new MoveAnswer(MoveOutcome.Unknown, []));
        var name = by.Person is { } person ? revisions.Current.Catalog.NameOf(person) : by.InWords;
        var why = string.IsNullOrWhiteSpace(request.Why) ? $"{name} asked for it" : $"{name}: {request.Why.Trim()}";
        return store.WriteAsync<MoveAnswer>(async tx =>
        {
            var scene = await scenes.ReadAsync(tx, failover);
            if (scene.Standing.Active == request.To) return new(MoveOutcome.AlreadyThere, []);
            var bars = request.Proposal is { } proposal && scene.Proposal?.Id != proposal
                ? [new Bar(BarReason.Moving, "the proposal is over: what led to it no longer holds")]
                : FailoverMachine.Ask(scene.Inputs, request.To, request.Anyway);
            if (bars.Count > 0)
            {
                writer.Refuse(tx, failover, scene, request.To, bars, by);
                return new(MoveOutcome.Refused, [.. bars.Select(bar => bar.Text)]);
            }
            var consent = FailoverMachine.Ask(scene.Inputs, request.To, anyway: false);
            var told = consent.Count == 0 ? why : $"{why}, knowing that {string.Join("; ", consent.Select(bar => bar.Text))}";
            await writer.MoveAsync(tx, failover, scene, isAutomatic: false, told, by);
            return new(MoveOutcome.Moving, []);
        }, cancellation: cancellation);
    }
}

/// <summary>Members of enums as people read them.</summary>
internal static class Words
{
    public static string Of(TrafficSide side) => side switch { TrafficSide.Primary => "primary", TrafficSide.Standby => "standby" };

    public static string Of(FailoverMode mode) => RecoverySection.WordOf(mode);

    public static string Of(Outcome? state) => state switch
    {
        Outcome.Up => "up",
        Outcome.Degraded => "degraded",
        Outcome.Down => "down",
        Outcome.Unknown => "cannot tell",
        null => "not probed yet",
    };
}
