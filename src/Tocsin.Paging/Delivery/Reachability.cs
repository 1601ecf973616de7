using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;

namespace Tocsin.Paging.Delivery;

/// <summary>Tells on-call who can be woken how.</summary>
internal sealed class Reachability(IStore store, IRevisions revisions, ContactBook contacts) : IReachability
{
    public Task<IReadOnlyDictionary<PersonKey, IReadOnlyList<ReachMethod>>> AllAsync(CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyDictionary<PersonKey, IReadOnlyList<ReachMethod>>>(async tx =>
        {
            var methods = await contacts.AllAsync(tx);
            var proven = await SelfTests.AllLastSentAsync(tx);
            return revisions.Current.Catalog.People.Keys.ToDictionary(person => person, IReadOnlyList<ReachMethod> (person) =>
                [.. methods[person].Select(named => new ReachMethod(named.Name,
                    proven.TryGetValue((person, SelfTests.MarkOf(named.Method)), out var at) ? at : null))]);
        }, cancellation);
}
