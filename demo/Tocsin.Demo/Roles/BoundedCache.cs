namespace Tocsin.Demo.Roles;

/// <summary>Text by key, each for a while. When full, the entry that was set first makes room.</summary>
/// <param name="entriesMax">At least 1.</param>
internal sealed class BoundedCache(int entriesMax, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Text, long Until, LinkedListNode<string> Place)> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> order = [];

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
            if (entries.Count == entriesMax) Remove_NeedsLock(order.First!.Value);
            entries[key] = (text, until, order.AddLast(key));
        }
    }

    private void Remove_NeedsLock(string key)
    {
        if (!entries.Remove(key, out var entry)) return;
        order.Remove(entry.Place);
    }
}
