using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Sighting;

internal enum SightState { Clear, Asking, Blind }

/// <summary>What the prober knows about its own view of one target.</summary>
/// <param name="NamesOnly">Blind only for names: whoever is probed by address is seen.</param>
/// <param name="Evidence">What shows that the fault is ours, as part of a sentence; empty unless blind.</param>
internal sealed record Sight(SightState State, bool NamesOnly = false, string Evidence = "")
{
    public static readonly Sight Clear = new(SightState.Clear);
    public static readonly Sight Asking = new(SightState.Asking);

    public bool IsBlind => State == SightState.Blind;
    public bool IsAsking => State == SightState.Asking;

    /// <summary>Whether our own fault explains a failure of this kind.</summary>
    public bool Explains(ProbeReason reason) =>
        IsBlind && (NamesOnly ? reason == ProbeReason.Dns : reason.MayBeOurNetwork);
}
