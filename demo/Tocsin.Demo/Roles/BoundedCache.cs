namespace Tocsin.Demo.Roles;

/// <summary>Text by key, each for a while. When full, the entry that was set first makes room. Safe from any thread.</summary>
/// <param name="bound">Entries, at least 1; null keeps everything.</param>
internal sealed class BoundedCache(int? bound, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Text, long Until, LinkedListNode<string> Place)> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> order = [];
    private int? bound = bound;
    private long bytes;

    /// <summary>What the texts need in memory.</summary>
    public long Bytes { get { lock (gate) return bytes; } }
    public int Count { get { lock (gate) return entries.Count; } }

    /// <summary>From now on another bound; what is over it goes at once.</summary>
    public void Bind(int? next)
    {
        lock (gate)
        {
            bound = next;
            while (entries.Count > bound) Remove_NeedsLock(order.First!.Value);
        }
    }

    public string? Get(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var entry)) return null;
            if (clock.GetTimestamp() < entry.Until) return entry.Text;
            Remove_NeedsLock(key);
            return null;
        }
    }

    public void Set(string key, string text, TimeSpan lifetime)
    {
        var until = clock.GetTimestamp() + (long)(lifetime.TotalSeconds * clock.TimestampFrequency);
        lock (gate)
        {
            Remove_NeedsLock(key);
            if (entries.Count == bound) Remove_NeedsLock(order.First!.Value);
            entries[key] = (text, until, order.AddLast(key));
            bytes += BytesOf(text);
        }
    }

    private void Remove_NeedsLock(string key)
    {
        if (!entries.Remove(key, out var entry)) return;
        order.Remove(entry.Place);
        bytes -= BytesOf(entry.Text);
    }

    private static long BytesOf(string text) => (long)text.Length * sizeof(char);
}
