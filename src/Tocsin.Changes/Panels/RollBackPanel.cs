using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes.Panels;

/// <summary>One target that can be put back, or is being.</summary>
/// <param name="Last">The last change that was asked from this incident; null when none was.</param>
/// <param name="IsOffered">Whether the button stands there.</param>
public sealed record RollBackRow(TargetView Target, GuardedChange? Last, bool IsOffered);

/// <summary>What the panel <em>Put it back</em> shows.</summary>
public sealed record RollBackView(IncidentId Incident, IReadOnlyList<RollBackRow> Rows);

/// <summary><em>Put it back</em> on an incident's page: targets on its path whose content came in the hour before it began or since, or was never
/// proved healthy.</summary>
internal sealed class RollBackPanel(TargetQueries targets, IJournal journal) : IPanel<IncidentId>
{
    private static readonly string[] Kinds =
    [
        FactKinds.KindOf<IncidentOpened>(), FactKinds.KindOf<IncidentDescribed>(), FactKinds.KindOf<IncidentResolved>(), FactKinds.KindOf<IncidentReopened>(),
    ];

    public string Title => "Put it back";
    public int Order => 290;
    public PanelColumn Column => PanelColumn.Why;
    public Type Component => typeof(RollBackList);

    public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation)
    {
        var story = await journal.ReadAsync(new JournalQuery(Kinds: Kinds, Subject: Subject.Of(id), Limit: 500), cancellation);
        if (IncidentChangesPanel.BeginningOf(story) is not var (startedAt, services)) return null;
        var isOver = story.LastOrDefault(entry => entry.Fact is IncidentResolved or IncidentReopened)?.Fact is IncidentResolved;
        var rows = new List<RollBackRow>();
        foreach (var target in await targets.OnThePathAsync(services, cancellation))
        {
            var last = (await targets.ChangesAsync(target.Key, cancellation)).FirstOrDefault(change => change.Incident == id);
            var isOffered = !isOver && target is { UnderWay: null, RollBack: not null } && (target.HealthyFor is null || target.Since >= startedAt - ChangeQueries.Window);
            if (isOffered || (target.UnderWay is not null && !isOver) || last is not null) rows.Add(new RollBackRow(target, last, isOffered));
        }
        return rows.Count == 0 ? null : new RollBackView(id, rows);
    }
}
