using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Recording;

/// <summary>Verdict changes as the journal tells them.</summary>
internal static class CheckFacts
{
    /// <returns>The fact; null for a check that simply begins its life up: nothing happened.</returns>
    public static Fact? Of(CheckModel check, VerdictChange change) => change.To switch
    {
        Outcome.Up => change.From is null ? null
            : new CheckUp(check.Key, check.Service, change.Began, BadForMs(change), check.Probe.Target),
        Outcome.Degraded => new CheckDegraded(
            check.Key, check.Service, change.Began, change.Reason.Word, change.Text, check.Probe.Target, change.Probes),
        Outcome.Down => new CheckDown(
            check.Key, check.Service, change.Began, change.Reason.Word, change.Text, check.Probe.Target, change.Probes),
        Outcome.Unknown => new CheckUnknown(check.Key, check.Service, change.Began, change.Reason.Word, change.Text),
    };

    // A stepped wall clock may put the recovery before the failure.
    private static long BadForMs(VerdictChange change) =>
        change.BadSince is { } since ? Math.Max((long)(change.Began - since).TotalMilliseconds, 0) : 0;
}
