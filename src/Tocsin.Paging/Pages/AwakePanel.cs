using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Escalation;
using Tocsin.Web;

namespace Tocsin.Paging.Pages;

/// <param name="Pages">This person's pages, newest first.</param>
public sealed record AwakePerson(string Name, IReadOnlyList<Page> Pages)
{
    /// <summary>Whether any page was handed to a provider: that somebody read it, only an acknowledge says.</summary>
    public bool IsReached => Pages.Any(page => page.State == PageState.Sent);
}

/// <param name="People">Names of those whom the next step means, as it is known now; may be empty.</param>
public sealed record NextStep(IReadOnlyList<string> People, DateTimeOffset At, int Round);

/// <param name="TakenBy">Name of whoever has the incident; null while nobody has.</param>
/// <param name="Next">Null when nobody else will be woken.</param>
/// <param name="IsExhausted">The policy ran out of steps and nobody acknowledged.</param>
public sealed record AwakeView(
    string? TakenBy, DateTimeOffset? TakenAt, bool IsOver, NextStep? Next, bool IsExhausted, IReadOnlyList<AwakePerson> People);

/// <summary>Who is awake: who was woken when and how that went, who has it, who is next.</summary>
internal sealed class AwakePanel(IStore store, IRevisions revisions, IStepPeople people, EscalationClock steady) : IPanel<IncidentId>
{
    public string Title => "Who is awake";
    public int Order => 200;
    public PanelColumn Column => PanelColumn.What;
    public Type Component => typeof(AwakeList);

    public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation) =>
        await store.ReadAsync<AwakeView?>(async tx =>
        {
            if (await IncidentQueries.FindAsync(tx, id) is not { IsPast: false } incident) return null;
            var pages = await PageStore.OfIncidentAsync(tx, id);
            var next = await NextAsync(tx, id);
            return new AwakeView(incident.AckedBy is { } by ? revisions.Current.Catalog.NameOf(by) : null, incident.AckedAt, incident.IsOver, next,
                next is null && await RunStore.IsExhaustedAsync(tx, id),
                [.. pages.GroupBy(page => page.Person).Select(group => new AwakePerson(revisions.Current.Catalog.NameOf(group.Key), [.. group.Reverse()]))]);
        }, cancellation);

    private async Task<NextStep?> NextAsync(IReadTx tx, IncidentId id)
    {
        if (await RunStore.RunningAsync(tx, id) is not { } run) return null;
        var nextAt = steady.OnTheWall(run.NextAt);
        var (found, _) = await people.ResolveAsync(tx, run.Steps[run.Step], nextAt);
        return new NextStep([.. found.Select(next => revisions.Current.Catalog.NameOf(next.Person))], nextAt, run.Round);
    }
}
