using Tocsin.Kernel.Ports;

namespace Tocsin.Web;

/// <summary>What one open page has not been told yet.</summary>
internal sealed class LiveSubscription(Action<LiveSubscription> end) : IDisposable
{
    /// <summary>Topic that concerns every page.</summary>
    public const string Everything = "*";

    // A page that waits for more topics than this refreshes anyway.
    private const int TopicsMax = 32;

    private readonly Lock gate = new();
    private readonly HashSet<string> topics = new(StringComparer.Ordinal);

    public Signal Signal { get; } = new();

    public void Add(string topic)
    {
        lock (gate)
        {
            if (topics.Contains(Everything)) return;
            if (topic == Everything || topics.Count == TopicsMax)
            {
                topics.Clear();
                topics.Add(Everything);
            }
            else
            {
                topics.Add(topic);
            }
        }
        Signal.Set();
    }

    /// <returns>The topics since the last call; empty when there are none.</returns>
    public IReadOnlyList<string> Take()
    {
        lock (gate)
        {
            string[] taken = [.. topics];
            topics.Clear();
            return taken;
        }
    }

    public void Dispose() => end(this);
}
