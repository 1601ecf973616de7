using Microsoft.Extensions.Logging;

namespace Tocsin.Web;

/// <summary>A panel that did its part, or did not.</summary>
/// <param name="Data">Null when it has nothing to show, or is not available.</param>
internal sealed record LoadedPanel(string Title, Type Component, object? Data, bool IsAvailable);

/// <summary>Loads panels side by side, each within its time, so that none can hold up a page.</summary>
internal sealed class PanelLoader(TimeProvider clock, WebMetrics metrics, ILogger<PanelLoader> log)
{
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<LoadedPanel>> LoadAsync<TId>(
        IEnumerable<IPanel<TId>> panels, PanelColumn column, TId id, CancellationToken cancellation) =>
        await Task.WhenAll(panels.Where(panel => panel.Column == column).OrderBy(panel => panel.Order)
            .Select(panel => LoadOneAsync(panel, id, cancellation)));

    private async Task<LoadedPanel> LoadOneAsync<TId>(IPanel<TId> panel, TId id, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // On the pool: a panel that blocks instead of awaiting must not escape the limit.
        var loading = Task.Run(async () => await panel.LoadAsync(id, late.Token), cancellation);
        try
        {
            var data = await loading.WaitAsync(Limit, clock, cancellation);
            metrics.PanelLoaded(panel.Title, clock.GetElapsedTime(started), isAvailable: true);
            return new LoadedPanel(panel.Title, panel.Component, data, IsAvailable: true);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            await late.CancelAsync();
            Forget(loading);
            metrics.PanelLoaded(panel.Title, clock.GetElapsedTime(started), isAvailable: false);
            log.LogWarning(error, "Panel {Panel} is not available", panel.Title);
            return new LoadedPanel(panel.Title, panel.Component, null, IsAvailable: false);
        }
    }

    // The page does not wait for a late panel any more; its failure was told as lateness.
    private static void Forget(Task loading) =>
        _ = loading.ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
