using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;
using Tocsin.Web.Components;

namespace Tocsin.Pages;

/// <summary>A service as one line of the overview.</summary>
/// <param name="Since">Start of the state; null while nothing was judged.</param>
/// <param name="Reason">The worst check's sentence; empty while up.</param>
/// <param name="Days">90 days, oldest first.</param>
internal sealed record ServiceRow(
    ServiceModel Service, ShownState? State, DateTimeOffset? Since, string Reason, IReadOnlyList<CheckStateView> Checks,
    IReadOnlyList<DayBar> Days, double? Low, double? High)
{
    /// <summary>Availability over the days shown, as a range where Tocsin could not tell.</summary>
    public string Availability => (Low, High) switch
    {
        (null, _) or (_, null) => "no data yet",
        ({ } low, { } high) when high - low < 0.00005 => Percent(low),
        ({ } low, { } high) => $"{Percent(low)} to {Percent(high)}",
    };

    // Rounded down: 99.996 % is not 100 %.
    private static string Percent(double share) => FormattableString.Invariant($"{Math.Floor(share * 10_000) / 100:0.##} %");
}

/// <summary>The state of all services without their days: from memory, whatever their number.</summary>
/// <param name="Down">Services that are down, worst first; the rest of the counts likewise.</param>
internal sealed record ServiceCounts(int All, IReadOnlyList<ServiceModel> Down, int Degraded, int Unknown)
{
    public ShownState Worst => All == 0 ? ShownState.Unknown : Down.Count > 0 ? ShownState.Down : Degraded > 0 ? ShownState.Degraded
        : Unknown > 0 ? ShownState.Unknown : ShownState.Up;
}

/// <summary>Composes what the overview and the service pages show of services.</summary>
internal sealed class ServiceBoard(IRevisions revisions, CheckQueries checks, TimeProvider clock)
{
    public const int PageSize = 50;
    private const int DaysShown = 90;

    /// <summary>What is known of a service without asking the database.</summary>
    private sealed record Standing(ServiceModel Service, IReadOnlyList<CheckStateView> Checks)
    {
        public CheckStateView? Worst { get; } = Checks.Where(view => view.State is not null).MaxBy(view => Shown(view.State!.Value));
        public ShownState? State => Worst?.State is { } state ? Shown(state) : null;
    }

    /// <summary>All services page by page, worst first, then in the order of the file.</summary>
    public async Task<(Paged<ServiceRow> Rows, ServiceCounts Counts)> ListAsync(int page, CancellationToken cancellation)
    {
        var catalog = revisions.Current.Catalog;
        var views = checks.ByService;
        var all = catalog.ServiceOrder.Select(key => new Standing(catalog.Services[key], [.. views[key]]))
            .OrderByDescending(standing => standing.State ?? ShownState.Up).ToList();
        var rows = await RowsAsync([.. all.Skip((page - 1) * PageSize).Take(PageSize)], cancellation);
        return (new Paged<ServiceRow>(rows, page, PageSize, all.Count), new ServiceCounts(all.Count,
            [.. all.Where(standing => standing.State == ShownState.Down).Select(standing => standing.Service)],
            all.Count(standing => standing.State == ShownState.Degraded), all.Count(standing => standing.State is ShownState.Unknown or null)));
    }

    /// <returns>Null when no such service is configured.</returns>
    public async Task<ServiceRow?> FindAsync(ServiceKey key, CancellationToken cancellation) =>
        revisions.Current.Catalog.Services.TryGetValue(key, out var service)
            ? (await RowsAsync([new Standing(service, checks.OfService(key))], cancellation))[0] : null;

    private async Task<IReadOnlyList<ServiceRow>> RowsAsync(IReadOnlyList<Standing> standings, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var days = await checks.DaysTogetherAsync(standings.Select(standing => standing.Checks.Select(view => view.Check)), now.AddDays(1 - DaysShown), now, cancellation);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return [.. standings.Zip(days, (standing, own) => Row(standing, own, today))];
    }

    private static ServiceRow Row(Standing standing, IReadOnlyList<SampleCounts> days, DateOnly today)
    {
        long count = days.Sum(day => (long)day.Count), unknown = days.Sum(day => (long)day.Unknown), answered = days.Sum(day => (long)day.Up + day.Degraded);
        return new ServiceRow(standing.Service, standing.State, standing.Worst?.Since, standing.Worst is { State: not Outcome.Up } worst ? worst.Text : "",
            standing.Checks, Bars(days, today), count == 0 ? null : (double)answered / count, count == 0 ? null : (double)(answered + unknown) / count);
    }

    private static IReadOnlyList<DayBar> Bars(IReadOnlyList<SampleCounts> days, DateOnly today)
    {
        var byDay = days.ToDictionary(day => DateOnly.FromDateTime(day.From.UtcDateTime));
        return [.. Enumerable.Range(0, DaysShown).Select(index => today.AddDays(index - DaysShown + 1))
            .Select(day => new DayBar(day, Worst(byDay.GetValueOrDefault(day))))];
    }

    /// <summary>One failed probe of a day is a blip, not a day of outage: down from 1 in 200 on.</summary>
    private static ShownState? Worst(SampleCounts? day)
    {
        if (day is null or { Count: 0 }) return null;
        if (day.Down > 0 && day.Down * 200L >= day.Count) return ShownState.Down;
        if (day.Down > 0 || day.Degraded > 0) return ShownState.Degraded;
        return day.Unknown * 2L > day.Count ? ShownState.Unknown : ShownState.Up;
    }

    public static ShownState Shown(Outcome outcome) => outcome switch
    {
        Outcome.Up => ShownState.Up,
        Outcome.Degraded => ShownState.Degraded,
        Outcome.Down => ShownState.Down,
        Outcome.Unknown => ShownState.Unknown,
    };
}
