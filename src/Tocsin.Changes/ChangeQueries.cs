using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes;

/// <summary>Questions about changes, for pages, the API and the modules below.</summary>
public sealed class ChangeQueries(IStore store, IJournal journal, IRevisions revisions)
{
    public const int LimitMax = 500;

    /// <summary>Default window of <em>What changed</em>.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(60);

    public Task<Change?> FindAsync(ChangeId id, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await ChangeStore.FindAsync(tx, id), cancellation);

    /// <summary>Newest first.</summary>
    /// <param name="service">Only changes of this service; null is all.</param>
    /// <param name="limit">Clamped to 1 to 500.</param>
    public Task<IReadOnlyList<Change>> RecentAsync(ServiceKey? service = null, int limit = 100, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await ChangeStore.RecentAsync(tx, service, Math.Clamp(limit, 1, LimitMax)), cancellation);

    /// <summary>One page of all of them, newest first.</summary>
    /// <param name="page">From 1.</param>
    public Task<Paged<Change>> ListAsync(int page, int size, CancellationToken cancellation = default) => store.ReadAsync(async tx =>
        new Paged<Change>(await ChangeStore.RecentAsync(tx, null, size, (page - 1) * size), page, size, await ChangeStore.CountAsync(tx)), cancellation);

    /// <summary>What changed in [<paramref name="at"/> - <paramref name="window"/>, <paramref name="at"/>] on a service and all it
    /// depends on, our own configuration among it; newest first.</summary>
    /// <param name="service">Null asks about everything.</param>
    /// <param name="window">Default <see cref="Window"/>.</param>
    public Task<IReadOnlyList<WhatChangedRow>> WhatChangedAsync(
        ServiceKey? service, DateTimeOffset at, TimeSpan? window = null, CancellationToken cancellation = default) =>
        WhatChangedAsync(service is { } one ? [one] : [], at, window, cancellation);

    /// <summary>The same for several services together; empty asks about everything.</summary>
    public async Task<IReadOnlyList<WhatChangedRow>> WhatChangedAsync(
        IReadOnlyCollection<ServiceKey> services, DateTimeOffset at, TimeSpan? window = null, CancellationToken cancellation = default)
    {
        var from = at - (window ?? Window);
        var changes = await store.ReadAsync(async tx => await ChangeStore.BetweenAsync(tx, from, at, LimitMax), cancellation);
        var configurations = await journal.ReadAsync(new JournalQuery(
            Kinds: [FactKinds.KindOf<ConfigApplied>()], Since: from, Until: at.AddMilliseconds(1), Descending: true, Limit: 100), cancellation);
        return WhatChanged.Select(changes, configurations, services, revisions.Current.Catalog, at, window ?? Window);
    }
}
