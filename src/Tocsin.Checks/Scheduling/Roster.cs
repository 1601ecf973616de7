using Tocsin.Catalog;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Recording;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

/// <summary>The checks being watched, kept in step with the configuration. Belongs to the pump.</summary>
internal sealed class Roster(IRevisions revisions, IStore store, ProbeDesk desk, SightBook sight, CheckBoard board)
{
    private readonly Dictionary<CheckKey, Watched> watched = [];
    private Dictionary<CheckKey, StoredState> stored = [];
    private Revision? revision;
    private long? epoch;

    public IReadOnlyCollection<Watched> All => watched.Values;
    public IEnumerable<Watched> Controls => watched.Values.Where(check => check.Model.IsControl);
    /// <summary>Whether any check outside of this machine is known by name.</summary>
    public bool NeedsNames { get; private set; }

    /// <summary>Reads what was kept when this process takes over the work, and follows the configuration.</summary>
    public async ValueTask FollowAsync(Lease lease, TimeSpan now, CancellationToken cancellation)
    {
        if (epoch != lease.Epoch)
        {
            var states = await store.ReadAsync(CheckStore.LoadAsync, cancellation);
            stored = states.ToDictionary(state => state.Check);
            foreach (var check in watched.Values) check.IsRemoved = true;
            watched.Clear();
            (epoch, revision) = (lease.Epoch, null);
        }
        var current = revisions.Current;
        if (ReferenceEquals(current, revision)) return;
        revision = current;
        Reconcile(current.Get<ChecksModel>(), now);
    }

    private void Reconcile(ChecksModel model, TimeSpan now)
    {
        foreach (var (key, check) in watched.Where(pair => !model.Checks.ContainsKey(pair.Key)).ToList())
        {
            check.IsRemoved = true;
            watched.Remove(key);
        }
        foreach (var key in model.Order)
        {
            if (watched.TryGetValue(key, out var check)) Change(check, model.Checks[key], now);
            else Add(model.Checks[key], now);
        }
        sight.Expect([.. Controls.Select(control => control.Model.Key)]);
        NeedsNames = watched.Values.Any(check => !check.IsThisMachine && Probes.HostText.Literal(check.Host) is null);
        board.Keep(watched.Keys);
    }

    private void Add(CheckModel model, TimeSpan now)
    {
        var kept = stored.GetValueOrDefault(model.Key);
        var check = new Watched(model, kept?.State ?? CheckState.New, FlapGuard.Calm(kept?.Journaled));
        check.WasBad = kept?.State.Verdict is not (null or Outcome.Up);
        watched.Add(model.Key, check);
        desk.Plan(now + Phase.Of(model.Key, model.Interval), new Due(DueKind.Regular, check, check.Cadence));
        // The journal heard of another verdict last: it flapped when the process ended.
        if (kept is not null && kept.Journaled != kept.State.Verdict) desk.Plan(now + FlapGuard.QuietFor, new Due(DueKind.Quiet, check, 0));
        board.Set(check.View());
    }

    /// <summary>Counters, verdict and history stay; what is under way about another target is no longer waited for.</summary>
    private void Change(Watched check, CheckModel model, TimeSpan now)
    {
        var isOtherTarget = check.Model.Probe.Target != model.Probe.Target || check.Model.Probe.Word != model.Probe.Word;
        var isOtherInterval = check.Model.Interval != model.Interval;
        check.Model = model;
        if (isOtherTarget)
        {
            check.State = check.State with { Running = null, Doubt = null, SlowestAnswer = TimeSpan.Zero };
            (check.HasResolved, check.Avoid) = (false, null);
        }
        if (isOtherInterval)
        {
            check.Cadence++;
            desk.Plan(now + Phase.Of(model.Key, model.Interval), new Due(DueKind.Regular, check, check.Cadence));
        }
        board.Set(check.View());
    }
}
