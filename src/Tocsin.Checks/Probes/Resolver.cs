using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tocsin.Checks.Probes;

/// <summary>Asks the system for the addresses of a name.</summary>
internal interface IResolver
{
    /// <exception cref="SocketException">The name has no address, or nobody answered.</exception>
    Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation);
}

/// <summary>getaddrinfo on threads of its own.</summary>
/// <remarks>
/// getaddrinfo blocks its thread for as long as the resolver is silent. On the thread pool a dead resolver would stop
/// everything else; here it stops only other names, and at most <see cref="ThreadsMax"/> of them. Lookups of one name that
/// overlap are one lookup.
/// </remarks>
internal sealed class SystemResolver : IResolver, IDisposable
{
    private const int ThreadsMax = 64;
    private const int StackBytes = 256 * 1024;

    private readonly ConcurrentDictionary<string, Lookup> underWay = new(StringComparer.OrdinalIgnoreCase);
    private readonly BlockingCollection<Lookup> waiting = [];
    private int threads;
    private int idle;

    private sealed record Lookup(string Name)
    {
        public TaskCompletionSource<IPAddress[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        var mine = new Lookup(name);
        var lookup = underWay.GetOrAdd(name, mine);
        if (ReferenceEquals(lookup, mine))
        {
            waiting.Add(mine, cancellation);
            if (Volatile.Read(ref idle) == 0) StartThread();
        }
        return lookup.Answer.Task.WaitAsync(cancellation);
    }

    private void StartThread()
    {
        if (Interlocked.Increment(ref threads) > ThreadsMax)
        {
            Interlocked.Decrement(ref threads);
            return;
        }
        new Thread(Work, StackBytes) { IsBackground = true, Name = "resolver" }.Start();
    }

    private void Work()
    {
        while (true)
        {
            Interlocked.Increment(ref idle);
            Lookup? lookup;
            try { if (!waiting.TryTake(out lookup, Timeout.Infinite)) return; }
            finally { Interlocked.Decrement(ref idle); }
            Answer(lookup);
        }
    }

    private void Answer(Lookup lookup)
    {
        try
        {
            var addresses = Dns.GetHostAddresses(lookup.Name);
            underWay.TryRemove(lookup.Name, out _);
            lookup.Answer.TrySetResult(addresses);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            underWay.TryRemove(lookup.Name, out _);
            lookup.Answer.TrySetException(error as SocketException ?? new SocketException((int)SocketError.HostNotFound));
            _ = lookup.Answer.Task.Exception; // observed here: whoever asked may have gone at its time-out
        }
    }

    public void Dispose() => waiting.CompleteAdding();
}
