using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Freshness;
using Tocsin.Recovery.Switching;

namespace Tocsin.Recovery.Moving;

/// <summary>What is believed about checks now, from memory.</summary>
internal interface ILiveChecks
{
    CheckStateView? Find(CheckKey check);
    IReadOnlyList<CheckStateView> All { get; }
    /// <summary>Evidence of a fault of our own; null when there is none.</summary>
    string? Blind { get; }
}

/// <summary>The checks of this program.</summary>
internal sealed class ProbedChecks(CheckQueries checks) : ILiveChecks
{
    public CheckStateView? Find(CheckKey check) => checks.Find(check);
    public IReadOnlyList<CheckStateView> All => checks.All;
    public string? Blind => checks.Prober is { IsBlind: true, Evidence: var evidence } ? evidence : null;
}

/// <summary>Everything that a decision looks at, put together.</summary>
/// <param name="Cause">The entry that says that the primary is down; 0 when none does.</param>
internal sealed record FailoverScene(Standing Standing, FailoverInputs Inputs, Proposal? Proposal, long Cause);

/// <summary>Puts the inputs of a decision together from the database and from memory. For use inside a unit too: awaits only its transaction.</summary>
internal sealed class SceneReader(ILiveChecks live, SwitchDesk desk, FreshDesk fresh, IRevisions revisions, SteadyTime steady, TimeProvider clock)
{
    private static readonly TimeSpan FlapWindow = TimeSpan.FromMinutes(10);
    private const int IntervalsMax = 3;

    public async Task<FailoverScene> ReadAsync(IReadTx tx, FailoverModel failover)
    {
        var standing = await MoveStore.StandingAsync(tx, failover.Key);
        var since = clock.GetUtcNow() - FlapWindow;
        var primary = await RecoveryReader.FindAsync(tx, failover.Primary.Check, since);
        var standby = await RecoveryReader.FindAsync(tx, failover.Standby.Check, since);
        var last = await MoveStore.LastAsync(tx, failover.Key);
        var automatic = await MoveStore.LastAutomaticAsync(tx, failover.Service);
        var hold = await Holds.ActiveAsync(tx);
        var users = failover.Users is { } check ? live.Find(check) : null;
        var (others, failing) = Others(failover);
        return new FailoverScene(standing, new FailoverInputs(
            failover.Mode, standing.Active, standing.Move, !standing.IsSettled, desk.TroubleOf(failover.Key), SideOf(failover.Primary, primary),
            SideOf(failover.Standby, standby), fresh.Find(failover), failover.Users,
            users is { LastOutcome: Outcome.Up or Outcome.Degraded } ? users.LastResultAt : null, live.Blind, others, failing, hold?.InWords,
            last is null ? null : Ms(steady.Since(last.DecidedAt)), Ms(failover.Cooldown), automatic is { } at ? Ms(steady.Since(at)) : null),
            await MoveStore.OpenProposalAsync(tx, failover.Key), primary.State == Outcome.Down ? primary.Seq : 0);
    }

    private SideInputs SideOf(SideModel side, Sighting written)
    {
        var view = live.Find(side.Check);
        var model = revisions.Current.Get<ChecksModel>().Checks.GetValueOrDefault(side.Check);
        var ageMax = model is null ? TimeSpan.Zero : IntervalsMax * model.Interval + model.Timeout;
        // A probe that started "later" than now: the clock was set back meanwhile.
        var age = view?.LastResultAt is { } at ? Ms(TimeSpan.FromTicks(Math.Max(0, (clock.GetUtcNow() - at).Ticks))) : (long?)null;
        return new SideInputs(side.Check, view?.State, written.Seq == 0 ? null : written.State, view?.FirstFailedAt, view?.LastOutcome, age, Ms(ageMax),
            written.Changes, written.IsFlapping, view?.Text ?? "it is not configured");
    }

    /// <summary>Checks whose failure the failure of this service does not explain.</summary>
    private (int All, int Failing) Others(FailoverModel failover)
    {
        var catalog = revisions.Current.Catalog;
        var own = catalog.DependentsOf(failover.Service).Append(failover.Service).ToHashSet();
        var checks = new HashSet<CheckKey> { failover.Primary.Check, failover.Standby.Check };
        if (failover.Users is { } users) checks.Add(users);
        var others = live.All.Where(view => view.State is not null && !own.Contains(view.Service) && !checks.Contains(view.Check)).ToList();
        return (others.Count, others.Count(view => view.State is Outcome.Down or Outcome.Unknown || (view.IsDoubted && view.LastOutcome == Outcome.Down)));
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
