using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Deciding;
using Tocsin.Recovery.Moving;
using Tocsin.Recovery.Switching;

namespace Tocsin.Recovery;

/// <summary>One line of a failover's history.</summary>
/// <param name="Reasons">Of a refusal; empty otherwise.</param>
public sealed record FailoverEvent(DateTimeOffset At, string By, string Text, IReadOnlyList<string> Reasons, bool IsRefusal);

/// <summary>A failover as pages and the API show it.</summary>
/// <param name="Trouble">Why the switch does not listen; null when it does.</param>
/// <param name="MovedAt">When traffic went to the active side; null when it always did.</param>
/// <param name="Bars">What stands against moving to the other side now, for a person; empty when nothing does.</param>
/// <param name="BarsOfAutomatic">What would hold back an automatic move besides.</param>
/// <param name="Events">Newest first.</param>
public sealed record FailoverView(
    FailoverModel Model, string ServiceName, TrafficSide Active, long Move, bool IsMoving, string? Trouble, DateTimeOffset? MovedAt, SideInputs Primary,
    SideInputs Standby, FreshInputs? Fresh, int Connections, Proposal? Proposal, IReadOnlyList<string> Bars, IReadOnlyList<string> BarsOfAutomatic,
    IReadOnlyList<FailoverEvent> Events)
{
    public TrafficSide Other => Active == TrafficSide.Primary ? TrafficSide.Standby : TrafficSide.Primary;
    public SideInputs Of(TrafficSide side) => side == TrafficSide.Primary ? Primary : Standby;
}

/// <summary>Questions about failovers.</summary>
public sealed class FailoverQueries
{
    private const int EventsMax = 10;

    private static readonly string[] Kinds =
    [
        FactKinds.KindOf<FailoverStarted>(), FactKinds.KindOf<FailoverMoved>(), FactKinds.KindOf<FailoverUnproved>(), FactKinds.KindOf<FailoverRefused>(),
        FactKinds.KindOf<FailoverProposed>(), FactKinds.KindOf<FailoverProposalEnded>(), FactKinds.KindOf<FailoverShadowed>(), FactKinds.KindOf<SwitchFailed>(),
    ];

    private readonly IStore store;
    private readonly IJournal journal;
    private readonly IRevisions revisions;
    private readonly SceneReader scenes;
    private readonly SwitchDesk desk;

    internal FailoverQueries(IStore store, IJournal journal, IRevisions revisions, SceneReader scenes, SwitchDesk desk) =>
        (this.store, this.journal, this.revisions, this.scenes, this.desk) = (store, journal, revisions, scenes, desk);

    /// <summary>All of them, in the order of the file.</summary>
    public Task<IReadOnlyList<FailoverView>> AllAsync(CancellationToken cancellation = default) =>
        ViewsAsync(revisions.Current.Get<RecoveryModel>().InOrder, cancellation);

    /// <returns>Null when none of that key is configured.</returns>
    public async Task<FailoverView?> FindAsync(FailoverKey key, CancellationToken cancellation = default) =>
        revisions.Current.Get<RecoveryModel>().Failovers.TryGetValue(key, out var failover) ? (await ViewsAsync([failover], cancellation))[0] : null;

    /// <summary>Those of services and of all that these need.</summary>
    public Task<IReadOnlyList<FailoverView>> OnPathAsync(IReadOnlyCollection<ServiceKey> services, CancellationToken cancellation = default)
    {
        var path = services.SelectMany(service => revisions.Current.Catalog.DependenciesOf(service).Prepend(service)).ToHashSet();
        return ViewsAsync(revisions.Current.Get<RecoveryModel>().InOrder.Where(failover => path.Contains(failover.Service)), cancellation);
    }

    private async Task<IReadOnlyList<FailoverView>> ViewsAsync(IEnumerable<FailoverModel> failovers, CancellationToken cancellation)
    {
        var views = new List<FailoverView>();
        foreach (var failover in failovers)
        {
            var scene = await store.ReadAsync(async tx => await scenes.ReadAsync(tx, failover), cancellation);
            var story = await journal.ReadAsync(new JournalQuery(Kinds: Kinds, Subject: Subject.Of(failover.Key), Descending: true, Limit: EventsMax), cancellation);
            views.Add(View(failover, scene, story));
        }
        return views;
    }

    private FailoverView View(FailoverModel failover, FailoverScene scene, IReadOnlyList<JournalEntry> story)
    {
        var inputs = scene.Inputs;
        var started = story.FirstOrDefault(entry => entry.Fact is FailoverStarted { Move: var move } && move == inputs.Move);
        return new FailoverView(failover, revisions.Current.Catalog.NameOf(failover.Service), inputs.Active, inputs.Move, inputs.IsMoving,
            inputs.SwitchTrouble, started?.At, inputs.Primary, inputs.Standby, inputs.Fresh, desk.CountsOf(failover.Key)?.Open ?? 0, scene.Proposal,
            [.. FailoverMachine.Ask(inputs, scene.Standing.Other, anyway: false).Select(bar => bar.Text)],
            [.. FailoverMachine.HoldsAutomatic(inputs).Select(bar => bar.Text)], [.. story.Select(Event)]);
    }

    private FailoverEvent Event(JournalEntry entry)
    {
        var (text, reasons) = entry.Fact switch
        {
            FailoverStarted fact => ($"Traffic goes to the {Words.Of(fact.To)}: {fact.Why}", (IReadOnlyList<string>)[]),
            FailoverMoved fact => ($"Served by the {Words.Of(fact.To)} after {Durations.InWords(TimeSpan.FromMilliseconds(fact.TookMs))}: {fact.Proof}", []),
            FailoverUnproved fact => ($"Moved to the {Words.Of(fact.To)}, and nothing answers: {fact.Why}", []),
            FailoverRefused fact => ($"Not moved to the {Words.Of(fact.To)}", fact.Reasons),
            FailoverProposed fact => ($"Proposed to move to the {Words.Of(fact.To)}: {fact.Why}", []),
            FailoverProposalEnded fact => ($"The proposal is over: {fact.Why}", []),
            FailoverShadowed fact => ($"In shadow mode: would have moved to the {Words.Of(fact.To)}: {fact.Why}", []),
            SwitchFailed fact => ($"The switch does not listen on {fact.Address}: {fact.Why}", []),
            _ => (entry.Kind, []),
        };
        var by = entry.Actor.Person is { } person ? revisions.Current.Catalog.NameOf(person) : entry.Actor.InWords;
        return new FailoverEvent(entry.At, by, text, reasons, entry.Fact is FailoverRefused);
    }
}
