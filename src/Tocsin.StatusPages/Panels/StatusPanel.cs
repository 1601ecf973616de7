using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.StatusPages.Panels;

/// <summary>What the panel on an incident's page shows.</summary>
/// <param name="Updates">Oldest first; empty while the public was told nothing.</param>
/// <param name="CanPost">Whether the incident affects a component.</param>
public sealed record StatusPanelView(IncidentId Incident, IReadOnlyList<StatusUpdate> Updates, bool CanPost);

/// <summary>What users were told, on an incident's page, with the form to tell them more.</summary>
internal sealed class StatusPanel(StatusUpdates updates) : IPanel<IncidentId>
{
    public string Title => "Told users";
    public int Order => 400;
    public PanelColumn Column => PanelColumn.What;
    public Type Component => typeof(StatusPanelBody);

    public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation) =>
        await updates.CanPostAsync(id, cancellation) is { } canPost
            ? new StatusPanelView(id, await updates.OfAsync(id, cancellation), canPost) : null;
}
