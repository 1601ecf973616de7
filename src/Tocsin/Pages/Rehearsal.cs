using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Postmortems;
using Tocsin.Web;

namespace Tocsin.Pages;

/// <summary>Reads the services and the newest incident once, soon after the start: what their pages stand on is compiled then, and not
/// while the first person waits for it at night. Nothing is kept.</summary>
internal sealed class Rehearsal(
    ServiceBoard board, IncidentQueries incidents, PostmortemQueries postmortems, IEnumerable<IPanel<IncidentId>> panels, TimeProvider clock,
    ILogger<Rehearsal> log) : BackgroundService
{
    /// <summary>The first probes go before.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(After, clock, stoppingToken);
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
        // A page that cannot be read is for its reader to see; it must not end the server, as it would from here.
        catch (Exception error) { log.LogWarning(error, "The pages could not be read in advance"); }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await board.ListAsync(1, cancellation);
        if ((await incidents.ListAsync(new IncidentFilter(), 1, 1, cancellation)).Rows is not [var newest]) return;
        await incidents.AlertsAsync(newest.Id, cancellation);
        foreach (var panel in panels) await panel.LoadAsync(newest.Id, cancellation);
        log.LogDebug("The postmortem of {Incident} has {Length} characters", newest.Id, (await postmortems.FindAsync(newest.Id, cancellation))?.Html.Length);
    }
}
