using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Postmortems;

/// <summary>A postmortem as people read it.</summary>
/// <param name="Markdown">The edited text, or the one that follows the record.</param>
public sealed record PostmortemView(Incident Incident, PostmortemDraft Draft, Postmortem Saved, string Markdown)
{
    /// <summary>The text as HTML that is safe to show.</summary>
    public string Html => PostmortemHtml.Render(Markdown);
    public bool FollowsTheRecord => Saved.Edited is null;
    /// <summary>Questions without an answer.</summary>
    public IReadOnlyList<PostmortemQuestion> Open => [.. Draft.Questions.Where(question => !Saved.Answers.ContainsKey(question.Key))];
}

/// <param name="Saved">Version 0 when nothing is written yet.</param>
public sealed record PostmortemSummary(Incident Incident, SavedState Saved);

/// <summary>Questions about postmortems.</summary>
public sealed class PostmortemQueries(IStore store, IncidentQueries incidents, IRevisions revisions)
{
    /// <returns>The postmortem of an incident, drafted from its record; null when there is no such incident.</returns>
    public async Task<PostmortemView?> FindAsync(IncidentId id, CancellationToken cancellation = default)
    {
        if (await incidents.FindAsync(id, cancellation) is not { } incident) return null;
        var draft = await DraftAsync(incident, cancellation);
        var saved = await store.ReadAsync(async tx => await PostmortemStore.LatestAsync(tx, id), cancellation);
        return new PostmortemView(incident, draft, saved, saved.Edited ?? IssueSummaryForm.Write(draft, saved.Answers));
    }

    private async Task<PostmortemDraft> DraftAsync(Incident incident, CancellationToken cancellation)
    {
        var services = incident.Services.Select(service => service.Key).ToHashSet();
        return DraftBuilder.Build(new DraftSources(incident, await incidents.TimelineAsync(incident.Id, cancellation),
            await incidents.RecordAsync(incident.Id, cancellation), await incidents.SuspicionsAsync(incident.Id, cancellation),
            revisions.Current.Get<ChecksModel>().Checks.Values.Count(check => services.Contains(check.Service)), revisions.Current.Catalog.Zone));
    }

    /// <summary>Incidents that are over, newest start first; before the first page those that go on and have a postmortem already.</summary>
    /// <param name="page">From 1.</param>
    public async Task<Paged<PostmortemSummary>> ListAsync(int page, int size, CancellationToken cancellation = default)
    {
        var over = await incidents.ListAsync(new IncidentFilter(IsOver: true), page, size, cancellation);
        var open = page == 1 ? (await incidents.ListAsync(new IncidentFilter(IsOver: false), 1, size, cancellation)).Rows : [];
        var saved = (await store.ReadAsync(async tx => await PostmortemStore.LatestOfAsync(tx,
            [.. open.Concat(over.Rows).Select(incident => incident.Id)]), cancellation)).ToDictionary(one => one.Incident);
        var rows = open.Where(incident => saved.ContainsKey(incident.Id)).Concat(over.Rows)
            .Select(incident => new PostmortemSummary(incident, saved.GetValueOrDefault(incident.Id) ?? SavedState.Nothing(incident.Id)));
        return new Paged<PostmortemSummary>([.. rows], page, size, over.Total);
    }
}
