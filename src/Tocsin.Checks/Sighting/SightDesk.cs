using System.Net;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Scheduling;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Sighting;

/// <summary>Brings evidence to the book: what probes show, and what this host shows when asked. Belongs to the pump.</summary>
internal sealed class SightDesk(IOwnNetwork network, IRunner runner, CheckInbox inbox)
{
    /// <summary>After a blind time, everything that could not be told is probed within this.</summary>
    public static readonly TimeSpan AfterBlind = TimeSpan.FromSeconds(5);

    private IPAddress? silentAddress;
    private TimeSpan? blindAt;
    private bool hasLooked;

    public SightBook Book { get; } = new();

    public TimeSpan? NextAt => Book.NextAt;

    public Sight Of(Watched check) => Book.Sight.Of(check.Host);

    /// <summary>What a probe that ended shows about our own sight.</summary>
    public void Heard(Watched check, ProbeResult result, TimeSpan startedAt)
    {
        if (check.Model.IsControl) Book.ControlHeard(check.Model.Key, result.Outcome is Outcome.Up or Outcome.Degraded, startedAt);
        if (check.IsThisMachine) return;
        if (result.Outcome != Outcome.Unknown && !result.Reason.MayBeOurNetwork) Book.Answered(startedAt);
        if (HostText.Literal(check.Host) is not null) return;
        if (result.Reason == ProbeReason.Dns)
        {
            if (check.HasResolved) Book.NameLost(startedAt);
        }
        else if (result.Address is not null)
        {
            check.HasResolved = true;
            Book.NameResolved(startedAt);
        }
    }

    /// <summary>What a probe says of its target: nothing, when our own fault explains why it failed.</summary>
    public ProbeResult Judge(Watched check, ProbeResult result, TimeSpan startedAt)
    {
        var sight = Book.Of(check.Host, startedAt);
        return sight.Explains(result.Reason) ? result with { Finding = Finding.CannotTell(ProbeReason.Blind, sight.Evidence) } : result;
    }

    /// <summary>A probe has been silent for long enough to count.</summary>
    public void HeardNothing(Watched check, TimeSpan startedAt)
    {
        if (check.Model.IsControl) Book.ControlHeard(check.Model.Key, isGood: false, startedAt);
        // It may be the resolver that is silent; only its own answer to our look decides.
        if (!check.IsThisMachine && HostText.Literal(check.Host) is null && check.HasResolved) Book.NameLost(startedAt);
    }

    /// <returns>True when the suspicion is new and evidence is being gathered.</returns>
    public bool Suspect(Watched check, IPAddress? address, TimeSpan startedAt, TimeSpan at, bool needsNames)
    {
        if (!Book.Suspect(startedAt, at)) return false;
        silentAddress = address ?? HostText.Literal(check.Host);
        Look(needsNames);
        return true;
    }

    /// <returns>True when blind and another look has begun.</returns>
    public bool LookAgain(TimeSpan at, bool needsNames)
    {
        if (!Book.WantsLook(at)) return false;
        Look(needsNames);
        return true;
    }

    /// <summary>Looks while nothing is wrong: what was never there cannot be lost.</summary>
    public void LookFirst()
    {
        if (hasLooked) return;
        Look(needsNames: false);
    }

    public void Seen(OwnNetworkReport report) => Book.Reported(report);

    private void Look(bool needsNames)
    {
        hasLooked = true;
        var address = silentAddress;
        runner.Run("look at the own network", async stopping =>
            inbox.Post(new CheckEvent.Looked(await network.LookAsync(address, needsNames, stopping))));
    }

    public static Fact Fact(SightChange change, DateTimeOffset now, TimeSpan at)
    {
        var began = now - (at - change.Began);
        return change.IsBlind
            ? new ProberBlind(began, change.Evidence)
            : new ProberSighted(now, (long)(at - change.Began).TotalMilliseconds, change.Evidence);
    }

    public ProberView View(DateTimeOffset now, TimeSpan at, int checks, ProbeDesk desk, long dropped)
    {
        var sight = Book.Sight;
        blindAt = sight.IsBlind ? blindAt ?? at : null;
        return new ProberView(sight.IsBlind, sight.Evidence, blindAt is { } since ? now - (at - since) : null,
            checks, desk.UnderWay, desk.LagMs, desk.Started, desk.Lengthened, dropped);
    }
}
