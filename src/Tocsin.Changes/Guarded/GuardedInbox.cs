using System.Collections.Concurrent;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>What came back from the runner. Closed hierarchy.</summary>
internal abstract record GuardedResult
{
    private GuardedResult() { }

    /// <summary>Something was done for a change, as it stood then.</summary>
    internal sealed record Done(GuardedChange Change, ChangeEvent Happened) : GuardedResult;

    /// <summary>A file was looked at.</summary>
    /// <param name="Epoch">Of the target when the look began: an older look says nothing.</param>
    /// <param name="Content">Null when size and time are the same as before.</param>
    internal sealed record Looked(TargetKey Target, long Epoch, (long Size, DateTimeOffset WrittenAt)? Stamp, FileContent? Content) : GuardedResult;
}

/// <summary>Results on their way to the pump. Thread-safe.</summary>
internal sealed class GuardedInbox
{
    private readonly ConcurrentQueue<GuardedResult> results = new();
    public Signal Signal { get; } = new();
    public bool IsEmpty => results.IsEmpty;

    public void Post(GuardedResult result)
    {
        results.Enqueue(result);
        Signal.Set();
    }

    /// <summary>The next result stays until <see cref="Drop"/>: what is taken before it is written would be forgotten when the write fails.</summary>
    public bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out GuardedResult result) => results.TryPeek(out result);
    public void Drop() => results.TryDequeue(out _);
}
