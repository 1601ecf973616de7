using System.Diagnostics;
using System.Globalization;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Deciding;

namespace Tocsin.Recovery.Moving;

/// <summary>Writes what was decided: rows and entries in one unit. Writing the same decision again writes nothing.</summary>
internal sealed class FailoverWriter(SteadyTime steady, TimeProvider clock)
{
    /// <summary>Refusals of one outage with different reasons; more of them say nothing new to anybody.</summary>
    private const int SaidMax = 20;

    /// <summary>Writes a decision of the program.</summary>
    public async Task WriteAsync(ITx tx, FailoverModel failover, FailoverScene scene, FailoverDecision decision)
    {
        switch (decision)
        {
            case FailoverDecision.Wait: break;
            case FailoverDecision.Rest: await EndProposalAsync(tx, failover, scene.Proposal, "the side that has the traffic is no longer down"); break;
            case FailoverDecision.Move move: await MoveAsync(tx, failover, scene, isAutomatic: true, move.Why, Actor.Tocsin); break;
            case FailoverDecision.Propose propose: await ProposeAsync(tx, failover, scene, propose.Why, propose.Notes); break;
            case FailoverDecision.Shadow shadow: await ShadowAsync(tx, failover, scene, shadow.Why); break;
            case FailoverDecision.Refuse refuse: await RefuseAsync(tx, failover, scene, refuse); break;
        }
    }

    /// <summary>Whether writing it would write anything: most looks at a failover change nothing.</summary>
    public static bool IsNews(FailoverScene scene, FailoverDecision decision) => decision switch
    {
        FailoverDecision.Wait => false,
        FailoverDecision.Rest => scene.Proposal is not null,
        FailoverDecision.Move => true,
        FailoverDecision.Propose => scene.Proposal is null,
        FailoverDecision.Shadow => !IsSaid(scene, "shadow"),
        FailoverDecision.Refuse refuse => !IsSaid(scene, WordOf(refuse.Bars)) || (scene.Proposal is null) != (refuse.Proposal is null),
        _ => throw new UnreachableException(decision.GetType().Name),
    };

    /// <summary>Leads traffic to the other side from now on.</summary>
    /// <returns>False when somebody else moved it meanwhile; nothing was written.</returns>
    public async Task<bool> MoveAsync(ITx tx, FailoverModel failover, FailoverScene scene, bool isAutomatic, string why, Actor by)
    {
        var from = scene.Standing;
        if (!await MoveStore.TurnAsync(tx, from)) return false;
        var record = new MoveRecord(failover.Key, from.Move + 1, failover.Service, from.Active, from.Other, isAutomatic, why, by, steady.Now, false);
        await MoveStore.InsertAsync(tx, record);
        if (scene.Proposal is { } proposal) await MoveStore.EndProposalAsync(tx, proposal.Id, steady.Now);
        var at = clock.GetUtcNow();
        var cause = scene.Cause == 0 ? default : Cause.Entry(scene.Cause);
        var started = tx.Append(new FailoverStarted(failover.Key, failover.Service, record.Move, record.From, record.To, isAutomatic, why, scene.Inputs), at, by, cause);
        if (scene.Proposal is { } followed)
            tx.Append(new FailoverProposalEnded(failover.Key, failover.Service, followed.Id, $"traffic goes to the {Words.Of(record.To)}"), at, by, started);
        return true;
    }

    /// <summary>A person was refused.</summary>
    public void Refuse(ITx tx, FailoverModel failover, FailoverScene scene, TrafficSide to, IReadOnlyList<Bar> bars, Actor by) => tx.Append(
        new FailoverRefused(failover.Key, failover.Service, scene.Standing.Active, to, Automatic: false, [.. bars.Select(bar => bar.Text)], scene.Inputs),
        clock.GetUtcNow(), by);

    private async Task ProposeAsync(ITx tx, FailoverModel failover, FailoverScene scene, string why, IReadOnlyList<Bar> notes)
    {
        if (scene.Proposal is not null) return;
        var full = notes.Count == 0 ? why : $"{why}. Weigh: {string.Join("; ", notes.Select(note => note.Text))}";
        var id = await MoveStore.ProposeAsync(tx, failover.Key, scene.Standing.Move, scene.Standing.Other, full, clock.GetUtcNow());
        tx.Append(new FailoverProposed(failover.Key, failover.Service, id, scene.Standing.Active, scene.Standing.Other, full, scene.Inputs),
            clock.GetUtcNow(), Actor.Tocsin, CauseOf(scene));
    }

    private async Task ShadowAsync(ITx tx, FailoverModel failover, FailoverScene scene, string why)
    {
        if (!await SayAsync(tx, failover, scene, "shadow")) return;
        tx.Append(new FailoverShadowed(failover.Key, failover.Service, scene.Standing.Active, scene.Standing.Other, why, scene.Inputs),
            clock.GetUtcNow(), Actor.Tocsin, CauseOf(scene));
    }

    private async Task RefuseAsync(ITx tx, FailoverModel failover, FailoverScene scene, FailoverDecision.Refuse refuse)
    {
        var isNew = await SayAsync(tx, failover, scene, WordOf(refuse.Bars));
        var at = clock.GetUtcNow();
        if (refuse.Proposal is null && scene.Proposal is { } old) await MoveStore.EndProposalAsync(tx, old.Id, at);
        var id = refuse.Proposal is { } asking && scene.Proposal is null
            ? await MoveStore.ProposeAsync(tx, failover.Key, scene.Standing.Move, refuse.To, asking, at) : 0;
        if (isNew) tx.Append(new FailoverRefused(failover.Key, failover.Service, scene.Standing.Active, refuse.To, Automatic: true,
            [.. refuse.Bars.Select(bar => bar.Text)], scene.Inputs), at, Actor.Tocsin, CauseOf(scene));
        if (refuse.Proposal is null && scene.Proposal is { } gone)
            tx.Append(new FailoverProposalEnded(failover.Key, failover.Service, gone.Id, refuse.Bars[0].Text), at, Actor.Tocsin);
        if (id > 0) tx.Append(new FailoverProposed(failover.Key, failover.Service, id, scene.Standing.Active, refuse.To, refuse.Proposal!, scene.Inputs), at,
            Actor.Tocsin, CauseOf(scene));
    }

    private async Task EndProposalAsync(ITx tx, FailoverModel failover, Proposal? proposal, string why)
    {
        if (proposal is null || await MoveStore.EndProposalAsync(tx, proposal.Id, clock.GetUtcNow()) == 0) return;
        tx.Append(new FailoverProposalEnded(failover.Key, failover.Service, proposal.Id, why), clock.GetUtcNow(), Actor.Tocsin);
    }

    /// <summary>Notes that something is said in this outage.</summary>
    /// <returns>False when it was said already.</returns>
    private static async Task<bool> SayAsync(ITx tx, FailoverModel failover, FailoverScene scene, string what)
    {
        if (IsSaid(scene, what)) return false;
        var before = SaidIn(scene);
        await MoveStore.RememberSaidAsync(tx, failover.Key, string.Join('\n', [OutageOf(scene), .. before, what]));
        return true;
    }

    private static bool IsSaid(FailoverScene scene, string what) => SaidIn(scene) is var said && (said.Contains(what) || said.Length >= SaidMax);

    private static string[] SaidIn(FailoverScene scene) =>
        scene.Standing.Said.Split('\n') is [var outage, .. var said] && outage == OutageOf(scene) ? said : [];

    /// <summary>One outage of the side that has the traffic.</summary>
    private static string OutageOf(FailoverScene scene)
    {
        var side = scene.Standing.Active == TrafficSide.Primary ? scene.Inputs.Primary : scene.Inputs.Standby;
        return (side.FirstFailedAt?.ToUnixTimeMilliseconds() ?? 0).ToString(CultureInfo.InvariantCulture);
    }

    private static string WordOf(IEnumerable<Bar> bars) => string.Join(',', bars.Select(bar => bar.Reason));
    private static Cause CauseOf(FailoverScene scene) => scene.Cause == 0 ? default : Cause.Entry(scene.Cause);
}
