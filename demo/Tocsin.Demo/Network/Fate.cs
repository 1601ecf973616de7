namespace Tocsin.Demo.Network;

/// <summary>What becomes of a new connection.</summary>
internal enum Fate { Carried, Reset, Stalled }

/// <summary>Loses 30 % of new connections: of each twenty in a row three are reset and three stalled, in random order.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class LossDeck(Random random)
{
    private static readonly Fate[] Twenty =
    [
        .. Enumerable.Repeat(Fate.Reset, 3), .. Enumerable.Repeat(Fate.Stalled, 3), .. Enumerable.Repeat(Fate.Carried, 14),
    ];

    private readonly Lock gate = new();
    private readonly Queue<Fate> left = new();

    public Fate Draw()
    {
        lock (gate)
        {
            if (left.Count == 0)
            {
                var deck = (Fate[])Twenty.Clone();
                random.Shuffle(deck);
                foreach (var fate in deck) left.Enqueue(fate);
            }
            return left.Dequeue();
        }
    }
}
