using System.Collections.Concurrent;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Recording;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

/// <summary>What slow work brings back to the pump. Closed hierarchy.</summary>
internal abstract record CheckEvent
{
    private CheckEvent() { }

    internal sealed record ProbeEnded(Flight Flight, ProbeResult Result) : CheckEvent;
    internal sealed record Looked(OwnNetworkReport Report) : CheckEvent;
    /// <param name="Failure">Null when everything was written.</param>
    internal sealed record VerdictsWritten(int Count, Exception? Failure) : CheckEvent;
    internal sealed record ProbesWritten(IReadOnlyList<KeptProbe> Batch, Exception? Failure) : CheckEvent;
}

/// <summary>A probe under way.</summary>
/// <param name="StartedAt">Monotonic.</param>
/// <param name="Host">As given to the gate; the model may change meanwhile.</param>
internal sealed record Flight(Watched Check, long Number, TimeSpan StartedAt, string Host, bool IsSilentLane, bool IsReprobe);

/// <summary>Where finished work waits for the next step of the pump. Thread-safe.</summary>
internal sealed class CheckInbox
{
    private readonly ConcurrentQueue<CheckEvent> events = new();

    public Signal Signal { get; } = new();

    public void Post(CheckEvent happened)
    {
        events.Enqueue(happened);
        Signal.Set();
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CheckEvent? happened) => events.TryDequeue(out happened);
    public bool IsEmpty => events.IsEmpty;
}
