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
            var all = new Dictionary<PersonKey, IReadOnlyList<ReachMethod>>();
            foreach (var person in revisions.Current.Catalog.People.Keys) all[person] = await OfAsync(tx, person);
            return all;
        }, cancellation);

    private async Task<IReadOnlyList<ReachMethod>> OfAsync(IReadTx tx, PersonKey person)
    {
        var methods = await contacts.OfAsync(tx, person);
        var proven = await SelfTests.LastSentAsync(tx, person);
        return [.. methods.Select(named => new ReachMethod(named.Name,
            proven.TryGetValue(SelfTests.MarkOf(named.Method), out var at) ? at : null))];
    }
}
