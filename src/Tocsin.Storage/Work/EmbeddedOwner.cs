using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>The only process of an embedded install: it holds everything, under an epoch that grows with every start.</summary>
/// <remarks>The data directory's lock keeps a second process out; the epoch keeps a first one out that comes back from a
/// frozen machine after somebody forced the lock.</remarks>
public sealed class EmbeddedOwner(long epoch) : IWorkOwner
{
    /// <summary>One scope for all work: shards and readers share the process and so the fence.</summary>
    public const string NodeScope = "node";

    public Lease Node { get; } = new(NodeScope, epoch);

    public Lease? Hold(string scope) => Node;

    internal const string TakeEpoch = """
        insert into storage_lease (scope, epoch, holder) values (@scope, 1, @holder)
        on conflict (scope) do update set epoch = storage_lease.epoch + 1, holder = excluded.holder
        returning epoch
        """;
}
