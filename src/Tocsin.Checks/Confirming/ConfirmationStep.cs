using System.Net;

namespace Tocsin.Checks.Confirming;

/// <summary>Why confirmation did what it did.</summary>
internal enum ConfirmReason
{
    /// <summary>A probe that is not, or no longer, waited for: late, or told twice.</summary>
    Late,
    /// <summary>The verdict stands.</summary>
    Unchanged,
    /// <summary>The result contradicts the verdict; re-probes were planned.</summary>
    DoubtBegan,
    /// <summary>More probes are needed.</summary>
    DoubtGoesOn,
    /// <summary>A re-probe disagreed with the first probe: the verdict stands.</summary>
    Blip,
    /// <summary>All probes agree, but whether the fault is our own is still being found out.</summary>
    Held,
    Confirmed,
    Recovered,
    Intermittent,
    FirstVerdict,
}

/// <summary>An extra probe to make, on a fresh connection.</summary>
/// <param name="Avoid">Address to leave for last; null when none is known to fail.</param>
internal readonly record struct Reprobe(long Number, TimeSpan After, IPAddress? Avoid);

/// <summary>What follows from one input.</summary>
/// <param name="AskAgainAfter">Tell of the same silence again after this; null when there is no need.</param>
internal sealed record ConfirmationStep(
    CheckState Next, ConfirmReason Why, IReadOnlyList<Reprobe> Reprobes, VerdictChange? Change = null, TimeSpan? AskAgainAfter = null)
{
    public static ConfirmationStep Keep(CheckState state, ConfirmReason why) => new(state, why, []);
}
