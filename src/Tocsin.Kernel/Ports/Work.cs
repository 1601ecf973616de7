using Tocsin.Kernel.Facts;

namespace Tocsin.Kernel.Ports;

/// <summary>The right to do some work, until a newer epoch exists.</summary>
/// <param name="Scope">What is owned, such as <c>reader/incidents</c> or <c>shard/17</c>.</param>
/// <param name="Epoch">Grows by one whenever the owner changes; the store refuses units of an older one.</param>
public sealed record Lease(string Scope, long Epoch);

/// <summary>Who does which work. The embedded owner holds everything; nodes on PostgreSQL will share.</summary>
public interface IWorkOwner
{
    /// <returns>The lease; null when another process holds this work now.</returns>
    Lease? Hold(string scope);
}

/// <summary>What a pump wants after a step.</summary>
/// <param name="HasMore">There is work left: call again at once.</param>
/// <param name="At">Otherwise: not before this moment, unless its signal fires; null is only the signal.</param>
public readonly record struct Next(bool HasMore, DateTimeOffset? At)
{
    public static readonly Next More = new(true, null);
    public static readonly Next OnSignal = new(false, null);
    public static Next Idle(DateTimeOffset? until) => new(false, until);
}

/// <summary>A loop of the program, turned one step at a time so that a simulation can turn it too.</summary>
/// <remarks>A step starts no task, timer or thread of its own: slow work goes to an <see cref="IRunner"/> and comes back as
/// input of a later step. A step may fail with <see cref="StoreUnavailableException"/>; it is then called again later.</remarks>
public interface IPump
{
    /// <summary>Scope of the lease under which it works.</summary>
    string Scope { get; }
    ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Set by others when there may be work.</summary>
    Signal Signal { get; }
}

/// <summary>Runs slow work (probes, sends) outside of steps.</summary>
public interface IRunner
{
    /// <summary>Starts the work soon. It handles its own expected failures; what escapes is logged as a bug.</summary>
    void Run(string what, Func<CancellationToken, Task> work);
}

/// <summary>Wakes one waiter; setting it twice before it waits wakes it once. Thread-safe.</summary>
public sealed class Signal
{
    private readonly SemaphoreSlim semaphore = new(0, 1);
    public void Set()
    {
        try { if (semaphore.CurrentCount == 0) semaphore.Release(); }
        catch (SemaphoreFullException) { /* somebody else set it in the same moment: it is set */ }
    }

    /// <summary>True when it was set since the last wait; clears it.</summary>
    public bool TryTake() => semaphore.Wait(0);

    /// <summary>Returns when it is set, or after <paramref name="timeout"/> on the given clock.</summary>
    public async Task WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellation)
    {
        if (timeout <= TimeSpan.Zero || semaphore.Wait(0, cancellation)) return;
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try { await semaphore.WaitAsync(either.Token); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { /* the time is over */ }
    }
}

/// <summary>Reads the journal in order, each entry exactly once with its effects.</summary>
public interface IJournalReader
{
    /// <summary>Name of the cursor. Shape of a key; never reused for another meaning.</summary>
    string Name { get; }

    /// <summary>Handles one entry inside the unit that also moves the cursor. Awaits nothing but <paramref name="tx"/>.</summary>
    ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now);

    /// <summary>Where a reader that never ran begins: 0 is the first entry.</summary>
    bool StartsAtEnd => false;
}

/// <summary>Access to the journal for pages and drafts.</summary>
public interface IJournal
{
    Task<IReadOnlyList<JournalEntry>> ReadAsync(JournalQuery query, CancellationToken cancellation = default);
}

/// <param name="After">Only entries with a greater seq.</param>
/// <param name="Before">Only entries with a smaller seq; null is no bound.</param>
/// <param name="Kinds">Only these kinds; null is all.</param>
/// <param name="Since">Only entries that happened at or after; null is no bound.</param>
/// <param name="Descending">Newest seq first.</param>
/// <param name="Limit">At most this many, 1 to 10,000.</param>
public sealed record JournalQuery(
    long After = 0, long? Before = null, IReadOnlyList<string>? Kinds = null, Subject? Subject = null,
    IReadOnlyList<ServiceKey>? Services = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null,
    IReadOnlyList<long>? Seqs = null, bool Descending = false, int Limit = 500);
