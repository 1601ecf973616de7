using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>What <em>Roll back</em> would do with a target now.</summary>
/// <param name="From">Hash of what it replaces: a press says what it saw.</param>
/// <param name="VersionSince">When the version that is put back had come.</param>
/// <param name="HealthyFor">How long it was seen healthy the last time.</param>
/// <param name="Diff">In one line.</param>
/// <param name="Watch">How it is proved, as part of a sentence.</param>
public sealed record RollBackOffer(string From, string To, DateTimeOffset VersionSince, TimeSpan HealthyFor, string Diff, string Watch);

/// <summary>A target as it stands.</summary>
/// <param name="Sha">Of its content; empty until it could be read once.</param>
/// <param name="Since">When this content came.</param>
/// <param name="Fault">Why it cannot be read; empty while it can.</param>
/// <param name="HealthyFor">How long its checks were up with this content; null when it is not proved healthy.</param>
/// <param name="UnderWay">The change under way.</param>
/// <param name="RollBack">Null when no other version was proved healthy.</param>
public sealed record TargetView(
    TargetModel Model, string ServiceName, string Sha, DateTimeOffset? Since, string Fault, TimeSpan? HealthyFor, GuardedChange? UnderWay, RollBackOffer? RollBack)
{
    public TargetKey Key => Model.Key;
}

/// <summary>A guarded change with its steps.</summary>
/// <param name="Lines">The difference; empty for a secret, and when the contents are no longer kept.</param>
public sealed record GuardedView(GuardedChange Change, IReadOnlyList<KeptStep> Steps, IReadOnlyList<DiffLine> Lines, bool IsSecret);

/// <summary>Questions about targets, for pages, panels and the API.</summary>
public sealed class TargetQueries(IStore store, IRevisions revisions)
{
    public const int ChangesMax = 20;

    /// <summary>In the order of the file.</summary>
    public Task<IReadOnlyList<TargetView>> AllAsync(CancellationToken cancellation = default)
    {
        var targets = revisions.Current.Get<TargetsModel>();
        return OfAsync([.. targets.Order.Select(key => targets.Targets[key])], cancellation);
    }

    /// <summary>Those of these services and of all that they need.</summary>
    public Task<IReadOnlyList<TargetView>> OnThePathAsync(IReadOnlyCollection<ServiceKey> services, CancellationToken cancellation = default)
    {
        var revision = revisions.Current;
        var path = services.SelectMany(service => revision.Catalog.DependenciesOf(service).Prepend(service)).ToHashSet();
        var targets = revision.Get<TargetsModel>();
        return OfAsync([.. targets.Order.Select(key => targets.Targets[key]).Where(target => path.Contains(target.Service))], cancellation);
    }

    /// <returns>Null when no such target is configured.</returns>
    public async Task<TargetView?> FindAsync(TargetKey key, CancellationToken cancellation = default) =>
        revisions.Current.Get<TargetsModel>().Targets.TryGetValue(key, out var model) ? (await OfAsync([model], cancellation))[0] : null;

    /// <summary>Newest first, at most <see cref="ChangesMax"/>.</summary>
    public Task<IReadOnlyList<GuardedChange>> ChangesAsync(TargetKey key, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await GuardedStore.RecentAsync(tx, key, ChangesMax), cancellation);

    /// <returns>Null when that change was not made through Tocsin.</returns>
    public Task<GuardedView?> ChangeAsync(ChangeId id, CancellationToken cancellation = default) => store.ReadAsync<GuardedView?>(async tx =>
    {
        if (await GuardedStore.FindAsync(tx, id) is not { } change) return null;
        var steps = await GuardedStore.StepsAsync(tx, id);
        // A target that left the configuration may have been a secret.
        var isSecret = revisions.Current.Get<TargetsModel>().Targets.GetValueOrDefault(change.Target) is null or { IsSecret: true };
        return new GuardedView(change, steps, isSecret ? [] : await LinesAsync(tx, change), isSecret);
    }, cancellation);

    private static async Task<IReadOnlyList<DiffLine>> LinesAsync(IReadTx tx, GuardedChange change) =>
        await VersionStore.FindAsync(tx, change.Target, change.From) is { } from && ContentHash.TextOf(from.Content) is { } before
            && await VersionStore.FindAsync(tx, change.Target, change.To) is { } to && ContentHash.TextOf(to.Content) is { } after
            ? ContentDiff.Lines(before, after) : [];

    private Task<IReadOnlyList<TargetView>> OfAsync(IReadOnlyList<TargetModel> models, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<TargetView>>(async tx =>
        {
            var views = new List<TargetView>(models.Count);
            foreach (var model in models) views.Add(await ViewAsync(tx, model));
            return views;
        }, cancellation);

    private async Task<TargetView> ViewAsync(IReadTx tx, TargetModel model)
    {
        var state = await VersionStore.StateAsync(tx, model.Key);
        var version = state is { Sha.Length: > 0 } ? await VersionStore.FindAsync(tx, model.Key, state.Sha) : null;
        var healthy = version is { ProvedAt: not null, Distrusted: false } ? version.HealthyFor : (TimeSpan?)null;
        return new TargetView(model, revisions.Current.Catalog.NameOf(model.Service), state?.Sha ?? "", state?.Since, state?.Fault ?? "", healthy,
            await GuardedStore.OpenAsync(tx, model.Key), version is null ? null : await OfferAsync(tx, model, version));
    }

    private static async Task<RollBackOffer?> OfferAsync(IReadTx tx, TargetModel model, TargetVersion current) =>
        await VersionStore.ProvedBeforeAsync(tx, model.Key, current.Sha) is { } proved
            ? new RollBackOffer(current.Sha, proved.Sha, proved.SeenAt, proved.HealthyFor, ChangeEffects.DiffOf(model, current.Content, proved.Content),
                $"watches {string.Join(", ", model.Watch.Checks)} for {Durations.InWords(model.Watch.For)}")
            : null;
}
