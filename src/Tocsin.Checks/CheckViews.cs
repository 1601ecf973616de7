using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>What is believed about a check now. Immutable.</summary>
/// <param name="State">Null until its first probe was judged.</param>
/// <param name="Since">Start of the state: dated back to its first probe; null until judged.</param>
/// <param name="FirstFailedAt">First failed probe of this state; null while up and until judged.</param>
/// <param name="Reason">Machine word, such as <c>timeout</c>; <c>none</c> while up.</param>
/// <param name="Text">One sentence for people; empty until judged.</param>
/// <param name="IsDoubted">Probes contradict the state and are being confirmed.</param>
/// <param name="LastResultAt">Start of the newest probe that ended; null after a start until one did.</param>
/// <param name="LastOutcome">What it found, before confirmation.</param>
public sealed record CheckStateView(
    CheckKey Check, ServiceKey Service, string Name, string Target, Outcome? State, DateTimeOffset? Since, DateTimeOffset? FirstFailedAt,
    string Reason, string Text, bool IsDoubted, DateTimeOffset? LastResultAt, Outcome? LastOutcome, TimeSpan? LastDuration);

/// <summary>A verdict that could not be written yet.</summary>
public sealed record UnrecordedVerdict(CheckKey Check, ServiceKey Service, Outcome Verdict, DateTimeOffset At, string Text);

/// <summary>How the prober itself is.</summary>
/// <param name="IsBlind">Evidence of a fault of our own: no verdict about targets is given.</param>
/// <param name="Evidence">What shows it, as part of a sentence; empty unless blind.</param>
/// <param name="LagMs">99th percentile of how late probes start, upper bound of its bucket.</param>
/// <param name="Lengthened">Probes that waited for room since the start.</param>
/// <param name="TranscriptsDropped">Probes whose transcript could not be kept since the start.</param>
public sealed record ProberView(
    bool IsBlind, string Evidence, DateTimeOffset? BlindSince, int Checks, int UnderWay, long LagMs, long Started, long Lengthened,
    long TranscriptsDropped);

/// <summary>A part of a probe's time.</summary>
/// <param name="Word"><c>resolve</c>, <c>connect</c>, <c>tls</c>, <c>answer</c> or <c>body</c>.</param>
public sealed record PhaseView(string Word, TimeSpan Took)
{
    internal static IReadOnlyList<PhaseView> Of(Phases phases)
    {
        var list = new List<PhaseView>(5);
        Add("resolve", phases.ResolveUs);
        Add("connect", phases.ConnectUs);
        Add("tls", phases.TlsUs);
        Add("answer", phases.FirstByteUs);
        Add("body", phases.TransferUs);
        return list;

        void Add(string word, int? us)
        {
            if (us is { } took) list.Add(new PhaseView(word, TimeSpan.FromMicroseconds(took)));
        }
    }
}

/// <summary>A probe that was kept: a failure, or the first success after one.</summary>
/// <param name="Phases">In order, only those that were reached.</param>
public sealed record ProbeView(
    long Id, DateTimeOffset At, bool IsReprobe, Outcome Outcome, string Reason, string Text, TimeSpan Duration,
    IReadOnlyList<PhaseView> Phases, string? Address, string Transcript);

/// <summary>Share of first probes that were answered (up or degraded) in [From, Until).</summary>
/// <param name="Low">Unknown probes counted as failed; null when there was no probe.</param>
/// <param name="High">Unknown probes counted as answered.</param>
public sealed record AvailabilityView(DateTimeOffset From, DateTimeOffset Until, int Probes, int Unknown, double? Low, double? High);
