using System.Net;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Probes;

/// <summary>What a probe found: outcome, reason and one sentence for people.</summary>
/// <param name="Text">Such as "answered 500, expected 200 to 299"; no secret, no query string. At most 300 characters.</param>
internal readonly record struct Finding(Outcome Outcome, ProbeReason Reason, string Text)
{
    public static Finding Up(string text) => new(Outcome.Up, ProbeReason.None, text);
    public static Finding Degraded(ProbeReason reason, string text) => new(Outcome.Degraded, reason, text);
    public static Finding Down(ProbeReason reason, string text) => new(Outcome.Down, reason, text);
    /// <summary>Evidence of a fault of our own: the target is not blamed.</summary>
    public static Finding CannotTell(ProbeReason reason, string text) => new(Outcome.Unknown, reason, $"cannot tell: {text}");
}

/// <summary>Where the time of a probe went, in microseconds; null for a phase that was not reached. Sums over redirects.</summary>
/// <param name="FirstByteUs">From the request sent to the head of the answer.</param>
internal readonly record struct Phases(int? ResolveUs, int? ConnectUs, int? TlsUs, int? FirstByteUs, int? TransferUs);

/// <summary>One measurement. Immutable.</summary>
internal sealed record ProbeResult
{
    public required Finding Finding { get; init; }
    /// <summary>Wall clock, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    /// <summary>From start to verdict, monotonic.</summary>
    public required TimeSpan Duration { get; init; }
    public Phases Phases { get; init; }
    /// <summary>The address connected to, or tried last; null when none was.</summary>
    public IPAddress? Address { get; init; }
    /// <summary>The conversation for people, at most 8 kB, secrets masked; null when nobody wants it (a success among successes).</summary>
    public string? Transcript { get; init; }

    public Outcome Outcome => Finding.Outcome;
    public ProbeReason Reason => Finding.Reason;
    public string Text => Finding.Text;
    public int DurationUs => (int)Math.Min(Duration.Ticks / 10, int.MaxValue);
}

/// <summary>One probe to make.</summary>
/// <param name="Avoid">Address that failed just now: another address of the name is tried first, if there is one.</param>
/// <param name="WantsTranscript">Keep the transcript even of a success.</param>
internal sealed record ProbeRequest(CheckModel Check, IPAddress? Avoid = null, bool WantsTranscript = false);

/// <summary>Makes probes of every kind.</summary>
internal interface IProber
{
    /// <summary>One probe on a fresh connection. Sickness of target or network is a result, never an exception.</summary>
    /// <exception cref="OperationCanceledException">The program stops: that is no outage.</exception>
    Task<ProbeResult> RunAsync(ProbeRequest request, CancellationToken stopping);
}

/// <summary>Makes probes of one kind.</summary>
internal interface IProbe<in TSpec> where TSpec : ProbeSpec
{
    /// <summary>Follows the conversation up to a finding. What breaks on the way (sockets, TLS, time) may escape as the
    /// exception of the library: <see cref="Failures"/> reads it.</summary>
    ValueTask<Finding> RunAsync(TSpec spec, ProbeRun run);
}
