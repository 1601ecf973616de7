using Tocsin.Catalog;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Recording;
using Tocsin.Checks.Scheduling;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>Reads of checks for pages, API and other modules. Thread-safe.</summary>
public sealed class CheckQueries
{
    private readonly IRevisions revisions;
    private readonly IStore store;
    private readonly ISampleStore samples;
    private readonly CheckBoard board;

    internal CheckQueries(IRevisions revisions, IStore store, ISampleStore samples, CheckBoard board) =>
        (this.revisions, this.store, this.samples, this.board) = (revisions, store, samples, board);

    /// <summary>Every configured check in the order of the file, from memory.</summary>
    public IReadOnlyList<CheckStateView> All
    {
        get
        {
            var model = revisions.Current.Get<ChecksModel>();
            return [.. model.Order.Select(key => View(model.Checks[key]))];
        }
    }

    /// <returns>Null when no such check is configured.</returns>
    public CheckStateView? Find(CheckKey check) =>
        revisions.Current.Get<ChecksModel>().Checks.TryGetValue(check, out var model) ? View(model) : null;

    public IReadOnlyList<CheckStateView> OfService(ServiceKey service) => [.. All.Where(view => view.Service == service)];

    /// <summary>All of them by service: for whoever asks about many services.</summary>
    public ILookup<ServiceKey, CheckStateView> ByService => All.ToLookup(view => view.Service);

    /// <summary>Checks confirmed down, written or not: what "cannot record" tells of.</summary>
    public IReadOnlyList<CheckStateView> Down => [.. All.Where(view => view.State == Outcome.Down)];

    /// <summary>Verdicts that the database has not taken yet, oldest first.</summary>
    public IReadOnlyList<UnrecordedVerdict> Unrecorded => board.Unrecorded;

    public ProberView Prober => board.Prober;

    /// <summary>Evidence of a fault of our own: the outbound heartbeat stops.</summary>
    public bool IsBlind => board.Prober.IsBlind;

    /// <summary>Kept probes of one check, newest first.</summary>
    /// <param name="limit">1 to 200.</param>
    public Task<IReadOnlyList<ProbeView>> ProbesAsync(CheckKey check, int limit = 20, CancellationToken cancellation = default) =>
        store.ReadAsync(tx => ProbeLog.ReadAsync(tx, check, Math.Clamp(limit, 1, ProbeLog.KeptPerCheck)), cancellation);

    /// <summary>Single results of one check in [from, until), oldest first; only as far back as raw samples are kept.</summary>
    public Task<IReadOnlyList<Sample>> SamplesAsync(
        CheckKey check, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        samples.ReadAsync(Series(check), from, until, cancellation);

    public Task<IReadOnlyList<SampleRollup>> HoursAsync(
        CheckKey check, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        samples.HoursAsync(Series(check), from, until, cancellation);

    public Task<IReadOnlyList<SampleRollup>> DaysAsync(
        CheckKey check, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        samples.DaysAsync(Series(check), from, until, cancellation);

    /// <summary>The days of several groups of checks, each group added up: one question to the database for all of them.</summary>
    /// <returns>A list for each group, in the same order; oldest day first.</returns>
    public Task<IReadOnlyList<IReadOnlyList<SampleCounts>>> DaysTogetherAsync(IEnumerable<IEnumerable<CheckKey>> groups,
        DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        samples.DaysTogetherAsync([.. groups.Select(group => (IReadOnlyCollection<string>)[.. group.Select(Series)])], from, until, cancellation);

    /// <summary>Availability over whole hours; a range where some probes could not tell.</summary>
    public async Task<AvailabilityView> AvailabilityAsync(
        CheckKey check, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        Availability(from, until, await HoursAsync(check, from, until, cancellation));

    internal static AvailabilityView Availability(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<SampleRollup> rollups)
    {
        var (all, unknown) = (rollups.Sum(rollup => rollup.Count), rollups.Sum(rollup => rollup.Unknown));
        double answered = rollups.Sum(rollup => rollup.Up + rollup.Degraded);
        return new AvailabilityView(from, until, all, unknown,
            all == 0 ? null : answered / all, all == 0 ? null : (answered + unknown) / all);
    }

    /// <summary>The word of a sample's reason code, such as <c>timeout</c>.</summary>
    public static string ReasonWord(byte code) =>
        Enum.IsDefined((Probes.ProbeReason)code) ? Probes.ProbeReasons.WordOf((Probes.ProbeReason)code) : "unknown";

    private CheckStateView View(CheckModel model) => board.Find(model.Key) ?? Watched.ViewOf(model, CheckState.New, last: null);

    private static string Series(CheckKey check) => $"check/{check}";
}
