using System.Collections.Concurrent;
using System.Globalization;

namespace Tocsin.Web;

/// <summary>Tells open pages that something changed. It carries no content: pages fetch themselves again. Thread-safe.</summary>
public sealed class LiveHub(TimeProvider clock)
{
    /// <summary>Open streams at once; more are told to poll.</summary>
    public const int SubscribersMax = 500;

    private readonly ConcurrentDictionary<LiveSubscription, byte> subscribers = new();
    // Versions count from zero in each process: a page of an earlier one must be told to refresh.
    private readonly string process = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
    private long version;

    /// <summary>Identity of the present state, shape <c>PROCESS-VERSION</c>; a page carries the one it was rendered at.</summary>
    public string Id => $"{process}-{Interlocked.Read(ref version).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Something that pages show is different now.</summary>
    /// <param name="topic">What, as a subject such as <c>incident/42</c>; pages refresh when one of their regions names its beginning.</param>
    public void Changed(string topic)
    {
        Interlocked.Increment(ref version);
        foreach (var subscriber in subscribers.Keys) subscriber.Add(topic);
    }

    /// <param name="since">Identity that the page already shows; null or another identity than now is told at once.</param>
    /// <returns>Null when too many are open.</returns>
    internal LiveSubscription? Subscribe(string? since)
    {
        if (subscribers.Count >= SubscribersMax) return null;
        var subscription = new LiveSubscription(ended => subscribers.TryRemove(ended, out _));
        subscribers.TryAdd(subscription, 0);
        // Compared after joining: a change in between is told twice rather than not at all.
        if (since != Id) subscription.Add(LiveSubscription.Everything);
        return subscription;
    }

    internal int SubscriberCount => subscribers.Count;
}
