using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
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

/// <summary>Composes what the overview and the service pages show of services.</summary>
internal sealed class ServiceBoard(IRevisions revisions, CheckQueries checks, TimeProvider clock)
{
    private const int DaysShown = 90;

    /// <summary>All services, worst first, then in the order of the file.</summary>
    public async Task<IReadOnlyList<ServiceRow>> AllAsync(CancellationToken cancellation)
    {
        var catalog = revisions.Current.Catalog;
        var rows = new List<ServiceRow>(catalog.ServiceOrder.Count);
        foreach (var key in catalog.ServiceOrder) rows.Add(await RowAsync(catalog.Services[key], cancellation));
        return [.. rows.OrderByDescending(row => row.State ?? ShownState.Up)];
    }

    /// <returns>Null when no such service is configured.</returns>
    public async Task<ServiceRow?> FindAsync(ServiceKey key, CancellationToken cancellation) =>
        revisions.Current.Catalog.Services.TryGetValue(key, out var service) ? await RowAsync(service, cancellation) : null;

    private async Task<ServiceRow> RowAsync(ServiceModel service, CancellationToken cancellation)
    {
        var views = checks.OfService(service.Key);
        var worst = views.Where(view => view.State is not null).MaxBy(view => Shown(view.State!.Value));
        var now = clock.GetUtcNow();
        var days = new List<SampleRollup>();
        foreach (var view in views) days.AddRange(await checks.DaysAsync(view.Check, now.AddDays(1 - DaysShown), now, cancellation));
        long count = days.Sum(day => day.Count), unknown = days.Sum(day => day.Unknown), answered = days.Sum(day => day.Up + day.Degraded);
        return new ServiceRow(service, worst?.State is { } state ? Shown(state) : null, worst?.Since, worst is { State: not Outcome.Up } ? worst.Text : "",
            views, Bars(days, DateOnly.FromDateTime(now.UtcDateTime)), count == 0 ? null : (double)answered / count,
            count == 0 ? null : (double)(answered + unknown) / count);
    }

    private static IReadOnlyList<DayBar> Bars(List<SampleRollup> days, DateOnly today)
    {
        var byDay = days.ToLookup(day => DateOnly.FromDateTime(day.From.UtcDateTime));
        return [.. Enumerable.Range(0, DaysShown).Select(index => today.AddDays(index - DaysShown + 1))
            .Select(day => new DayBar(day, Worst([.. byDay[day]])))];
    }

    /// <summary>One failed probe of a day is a blip, not a day of outage: down from 1 in 200 on.</summary>
    private static ShownState? Worst(SampleRollup[] rollups)
    {
        long count = rollups.Sum(day => day.Count), down = rollups.Sum(day => day.Down);
        if (count == 0) return null;
        if (down * 200 >= count && down > 0) return ShownState.Down;
        if (down > 0 || rollups.Any(day => day.Degraded > 0)) return ShownState.Degraded;
        return rollups.Sum(day => day.Unknown) * 2 > count ? ShownState.Unknown : ShownState.Up;
    }

    public static ShownState Shown(Outcome outcome) => outcome switch
    {
        Outcome.Up => ShownState.Up,
        Outcome.Degraded => ShownState.Degraded,
        Outcome.Down => ShownState.Down,
        Outcome.Unknown => ShownState.Unknown,
    };
}
