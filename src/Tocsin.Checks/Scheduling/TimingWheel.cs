using System.Numerics;

namespace Tocsin.Checks.Scheduling;

/// <summary>Items that are due later, hashed by their tick into slots: adding and firing cost the same for ten and for 100,000.</summary>
/// <remarks>
/// Time is any monotonic count of milliseconds from 0. An item is never fired early, and at most one tick late by the wheel's
/// own doing. Items of later rounds share a slot and are passed over. There is no removal: whoever no longer wants an item
/// ignores it when it fires. Not thread-safe.
/// </remarks>
internal sealed class TimingWheel<T>
{
    public const int TickMs = 4;
    private const int Slots = 8192; // 32.8 s a round: most checks fire in the round in which they are added
    private const int None = -1;

    private struct Entry
    {
        public long DueTick;
        public long DueMs;
        public int Next;
        public T Item;
    }

    private static readonly Comparer<(long DueMs, T Item)> ByDue =
        Comparer<(long DueMs, T Item)>.Create(static (a, b) => a.DueMs.CompareTo(b.DueMs));

    private readonly int[] heads = new int[Slots];
    private readonly ulong[] occupied = new ulong[Slots / 64];
    private Entry[] entries = new Entry[64];
    private int free = None;
    private int used;
    private long currentTick;

    public TimingWheel() => Array.Fill(heads, None);

    public int Count { get; private set; }

    /// <param name="dueMs">What already lies in the past fires with the next advance.</param>
    public void Add(long dueMs, T item)
    {
        // Rounded up: firing in the tick before would be early.
        var tick = Math.Max((dueMs + TickMs - 1) / TickMs, currentTick + 1);
        var slot = (int)(tick % Slots);
        var index = Take();
        entries[index] = new Entry { DueTick = tick, DueMs = dueMs, Next = heads[slot], Item = item };
        heads[slot] = index;
        occupied[slot / 64] |= 1UL << (slot % 64);
        Count++;
    }

    /// <summary>Takes out everything due at or before <paramref name="nowMs"/>, in order of its due time.</summary>
    public void Advance(long nowMs, List<(long DueMs, T Item)> fired)
    {
        var target = nowMs / TickMs;
        if (target <= currentTick) return;
        // After a long pause every slot is visited once, not once per tick slept through.
        var steps = (int)Math.Min(target - currentTick, Slots);
        var start = fired.Count;
        for (var step = 1; step <= steps && Count > 0; step++) Collect((int)((currentTick + step) % Slots), target, fired);
        currentTick = target;
        if (fired.Count - start > 1) fired.Sort(start, fired.Count - start, ByDue);
    }

    /// <returns>When to look again: the next due time, or earlier where a slot holds only a later round; null when empty.</returns>
    public long? NextMs()
    {
        if (Count == 0) return null;
        for (var distance = 1; distance <= Slots;)
        {
            var slot = (int)((currentTick + distance) % Slots);
            var word = occupied[slot / 64] >> (slot % 64);
            if (word != 0)
            {
                var skip = BitOperations.TrailingZeroCount(word);
                return (currentTick + distance + skip) * TickMs;
            }
            distance += 64 - (slot % 64);
        }
        return (currentTick + Slots) * TickMs;
    }

    private void Collect(int slot, long target, List<(long DueMs, T Item)> fired)
    {
        var previous = None;
        for (var index = heads[slot]; index != None;)
        {
            var next = entries[index].Next;
            if (entries[index].DueTick <= target)
            {
                fired.Add((entries[index].DueMs, entries[index].Item));
                if (previous == None) heads[slot] = next;
                else entries[previous].Next = next;
                Release(index);
            }
            else { previous = index; }
            index = next;
        }
        if (heads[slot] == None) occupied[slot / 64] &= ~(1UL << (slot % 64));
    }

    private int Take()
    {
        if (free != None)
        {
            var index = free;
            free = entries[index].Next;
            return index;
        }
        if (used == entries.Length) Array.Resize(ref entries, entries.Length * 2);
        return used++;
    }

    private void Release(int index)
    {
        entries[index] = new Entry { Next = free, Item = default! };
        free = index;
        Count--;
    }
}
