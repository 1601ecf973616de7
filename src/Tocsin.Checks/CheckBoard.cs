using System.Collections.Concurrent;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>What the pump believes, for readers on other threads.</summary>
internal sealed class CheckBoard
{
    private readonly ConcurrentDictionary<CheckKey, CheckStateView> views = new();

    public ProberView Prober { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } =
        new(false, "", null, 0, 0, 0, 0, 0, 0);

    private readonly long[] probes = new long[Enum.GetValues<Outcome>().Length];

    public IReadOnlyList<UnrecordedVerdict> Unrecorded { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = [];

    /// <summary>Probes that ended so since the start, re-probes too.</summary>
    public long Probes(Outcome outcome) => Interlocked.Read(ref probes[(int)outcome]);

    public void Probed(Outcome outcome) => Interlocked.Increment(ref probes[(int)outcome]);

    public void Set(CheckStateView view) => views[view.Check] = view;
    public CheckStateView? Find(CheckKey check) => views.GetValueOrDefault(check);
    public IEnumerable<CheckStateView> All => views.Values;

    public void Keep(ICollection<CheckKey> checks)
    {
        foreach (var gone in views.Keys.Except(checks)) views.TryRemove(gone, out _);
    }
}
