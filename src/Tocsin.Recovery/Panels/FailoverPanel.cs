using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Recovery.Panels;

/// <summary>What an incident's page shows of traffic.</summary>
/// <param name="Hold">Null when nothing is held.</param>
/// <param name="Failovers">Of its services and of what these need.</param>
public sealed record FailoverPanelView(IncidentId Incident, bool IsOver, Hold? Hold, IReadOnlyList<FailoverView> Failovers);

/// <summary>Where traffic goes, what is proposed, what was refused and why: on the page of an incident.</summary>
internal sealed class FailoverPanel(IncidentQueries incidents, FailoverQueries failovers, Holds holds) : IPanel<IncidentId>
{
    public string Title => "Traffic";
    public int Order => 100;
    public PanelColumn Column => PanelColumn.Why;
    public Type Component => typeof(FailoverList);

    public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation)
    {
        if (await incidents.FindAsync(id, cancellation) is not { IsPast: false } incident) return null;
        var found = await failovers.OnPathAsync([.. incident.Services.Select(service => service.Key)], cancellation);
        var hold = incident.IsOver ? null : await holds.ActiveAsync(cancellation);
        return hold is null && found.Count == 0 ? null : new FailoverPanelView(id, incident.IsOver, hold, found);
    }
}
