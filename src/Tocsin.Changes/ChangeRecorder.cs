using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes;

/// <summary>Takes word of a change, from a person or from a pipeline.</summary>
public sealed class ChangeRecorder(IStore store, IRevisions revisions, TimeProvider clock)
{
    /// <summary>Everything that is wrong with a request, by field; empty when <see cref="RecordAsync"/> will take it.</summary>
    public IReadOnlyList<FieldProblem> ProblemsOf(ChangeRequest request) =>
        ChangeRules.ProblemsOf(request, revisions.Current.Catalog, clock.GetUtcNow());

    /// <summary>Records a change; the entry in the journal is dated at the moment when it happened.</summary>
    /// <returns>The change, or everything that is wrong with the request. A known idempotency key answers the change that
    /// was recorded first, whatever else the request says.</returns>
    /// <exception cref="StoreUnavailableException">Nothing was recorded; the same call may succeed later.</exception>
    public async Task<Parsed<Change>> RecordAsync(ChangeRequest request, Actor by, CancellationToken cancellation = default)
    {
        var problems = ProblemsOf(request);
        if (problems.Count > 0) return Parsed<Change>.Bad(string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Text}")));
        var change = Compose(request, by);
        var requestKey = ChangeRules.OrNull(request.IdempotencyKey);
        return await store.WriteAsync<Change>(async tx =>
        {
            if (await ChangeStore.InsertAsync(tx, change, requestKey) is not { } id) return await ChangeStore.OfRequestAsync(tx, requestKey!);
            tx.Append(new ChangeRecorded(id, change.Kind, change.Title, change.Service, change.Description, change.Link, change.Author,
                change.HappenedAt), change.HappenedAt, by);
            return change with { Id = id };
        }, cancellation: cancellation);
    }

    private Change Compose(ChangeRequest request, Actor by)
    {
        // The precision of the database, so that the answer equals what is read later.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var happenedAt = DateTimeOffset.FromUnixTimeMilliseconds((request.HappenedAt ?? now).ToUnixTimeMilliseconds());
        return new Change
        {
            Id = default,
            Kind = ChangeRules.KindOf(request),
            Title = request.Title!.Trim(),
            Service = ChangeRules.OrNull(request.Service) is { } service ? ChangeRules.FindService(service, revisions.Current.Catalog) : null,
            Description = ChangeRules.OrNull(request.Description),
            Link = ChangeRules.OrNull(request.Link),
            Author = ChangeRules.OrNull(request.Author),
            HappenedAt = happenedAt <= now ? happenedAt : now, // the sender's clock is ahead of ours
            RecordedAt = now,
            RecordedBy = by,
        };
    }
}
