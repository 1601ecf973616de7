using System.Net;

namespace Tocsin.Checks.Probes;

/// <summary>How far a probe came; names the phase in which time ran out.</summary>
internal enum Stage { Resolve, Connect, Tls, Answer, Body }

/// <summary>The course of one probe: its deadline, where it stands, and what is remembered for its transcript.</summary>
/// <remarks>Used by one probe; not thread-safe, except that losing connection attempts never touch it.</remarks>
internal sealed class ProbeRun(ProbeRequest request, bool allowLinkLocal, TimeProvider clock, CancellationToken token)
{
    private readonly long[] phaseUs = [-1, -1, -1, -1, -1];
    private readonly long started = clock.GetTimestamp();
    private long stageStarted = clock.GetTimestamp();

    public ProbeRequest Request { get; } = request;
    public bool AllowLinkLocal { get; } = allowLinkLocal;
    public TimeProvider Clock { get; } = clock;
    /// <summary>Cancelled at the time-out of the check or when the program stops.</summary>
    public CancellationToken Token { get; } = token;
    public Stage Stage { get; private set; }
    public IPAddress? Address { get; set; }
    /// <summary>What the target's certificate was found to be; null before, and without TLS.</summary>
    public CertificateVerdict? Certificate { get; set; }
    /// <summary>Status line seen so far, for the sentence when the body does not end.</summary>
    public int? Status { get; set; }
    public TimeSpan Elapsed => Clock.GetElapsedTime(started);
    public Transcript Transcript { get; } = new();

    /// <summary>Ends the current phase and begins another.</summary>
    public void Enter(Stage next)
    {
        EndPhase();
        Stage = next;
        stageStarted = Clock.GetTimestamp();
    }

    /// <summary>Adds the time since the phase began to its sum.</summary>
    public void EndPhase()
    {
        var now = Clock.GetTimestamp();
        var elapsed = Clock.GetElapsedTime(stageStarted, now).Ticks / 10;
        ref var sum = ref phaseUs[(int)Stage];
        sum = (sum < 0 ? 0 : sum) + elapsed;
        stageStarted = now;
    }

    public Phases Phases => new(Us(Stage.Resolve), Us(Stage.Connect), Us(Stage.Tls), Us(Stage.Answer), Us(Stage.Body));

    private int? Us(Stage stage) => phaseUs[(int)stage] is >= 0 and var us ? (int)Math.Min(us, int.MaxValue) : null;
}
