using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Changes;

/// <summary>One row under <em>What changed</em>.</summary>
/// <param name="Change">The record; null for our own configuration.</param>
/// <param name="ServiceName">Null when it may have touched anything.</param>
/// <param name="Before">From the change to the moment that was asked about; not negative.</param>
public sealed record WhatChangedRow(
    DateTimeOffset At, string Kind, string Title, ChangeId? Change, ServiceKey? Service, string? ServiceName, string? Description,
    string? Link, string? Author, TimeSpan Before)
{
    /// <summary>Such as <c>14 min before</c>.</summary>
    public string BeforeInWords => Before < TimeSpan.FromSeconds(1) ? "at that moment" : $"{Durations.InWords(Before)} before";
}

/// <summary>Which changes may have led to what is seen at a moment. Pure.</summary>
internal static class WhatChanged
{
    /// <summary>Rows of changes and configurations that happened in [at - window, at], newest first.</summary>
    /// <param name="services">Those that are asked about; a change counts when it is on one of them or on what one needs.
    /// Empty asks about everything.</param>
    public static IReadOnlyList<WhatChangedRow> Select(
        IEnumerable<Change> changes, IEnumerable<JournalEntry> configurations, IReadOnlyCollection<ServiceKey> services,
        CatalogModel catalog, DateTimeOffset at, TimeSpan window)
    {
        var path = services.SelectMany(service => catalog.DependenciesOf(service).Prepend(service)).ToHashSet();
        var told = changes.Where(change => IsOnPath(change.Service)).Select(change => new WhatChangedRow(
            change.HappenedAt, change.Kind, change.Title, change.Id, change.Service,
            change.Service is { } service ? catalog.NameOf(service) : null, change.Description, change.Link, change.Author, at - change.HappenedAt));
        var own = configurations.Select(entry => OfConfiguration(entry, at)).OfType<WhatChangedRow>();
        return [.. told.Concat(own).Where(row => row.Before >= TimeSpan.Zero && row.Before <= window)
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Change?.Value ?? 0)];

        // A change without a service may have touched anything.
        bool IsOnPath(ServiceKey? service) => services.Count == 0 || service is not { } changed || path.Contains(changed);
    }

    private static WhatChangedRow? OfConfiguration(JournalEntry entry, DateTimeOffset at) => entry.Fact is ConfigApplied applied
        ? new WhatChangedRow(entry.At, "config", $"Configuration {applied.Revision} of Tocsin", null, null, null,
            applied.Summary.Length > 0 ? applied.Summary : null, null, entry.Actor == Actor.Tocsin ? null : entry.Actor.InWords, at - entry.At)
        : null;
}
