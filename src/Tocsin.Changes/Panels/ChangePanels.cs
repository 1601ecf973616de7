using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes.Panels;

/// <summary><em>What changed</em> on a service's page: the last 60 min, on it and on all that it depends on.</summary>
internal sealed class ServiceChangesPanel(ChangeQueries changes, TimeProvider clock) : IPanel<ServiceKey>
{
    public string Title => "What changed";
    public int Order => 300;
    public PanelColumn Column => PanelColumn.Why;
    public Type Component => typeof(WhatChangedList);

    public async ValueTask<object?> LoadAsync(ServiceKey id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return new WhatChangedView(await changes.WhatChangedAsync(id, now, cancellation: cancellation), now);
    }
}

/// <summary><em>What changed</em> on an incident's page: the 60 min before it began. What is known of the incident is read from
/// the journal, because nothing but facts passes between modules downwards.</summary>
internal sealed class IncidentChangesPanel(ChangeQueries changes, IJournal journal) : IPanel<IncidentId>
{
    private static readonly string[] Kinds = [FactKinds.KindOf<IncidentOpened>(), FactKinds.KindOf<IncidentDescribed>()];

    public string Title => "What changed before";
    public int Order => 300;
    public PanelColumn Column => PanelColumn.Why;
    public Type Component => typeof(WhatChangedList);

    public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation)
    {
        var story = await journal.ReadAsync(new JournalQuery(Kinds: Kinds, Subject: Subject.Of(id), Limit: 500), cancellation);
        if (BeginningOf(story) is not var (startedAt, services)) return null;
        return new WhatChangedView(await changes.WhatChangedAsync(services, startedAt, cancellation: cancellation), startedAt);
    }

    /// <summary>When it began and on what, with the corrections that people made since.</summary>
    internal static (DateTimeOffset StartedAt, IReadOnlyList<ServiceKey> Services)? BeginningOf(IEnumerable<JournalEntry> story)
    {
        (DateTimeOffset StartedAt, IReadOnlyList<ServiceKey> Services)? known = null;
        foreach (var entry in story)
        {
            known = (entry.Fact, known) switch
            {
                (IncidentOpened opened, _) => (opened.StartedAt, opened.Services),
                (IncidentDescribed described, { } before) => (described.Started?.At ?? before.StartedAt, described.Services ?? before.Services),
                _ => known,
            };
        }
        return known;
    }
}
