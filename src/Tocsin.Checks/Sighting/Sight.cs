using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Sighting;

internal enum SightState { Clear, Asking, Blind }

/// <summary>What the prober knows about its own view.</summary>
/// <param name="NamesOnly">Blind only for names: whoever is probed by address is seen.</param>
/// <param name="Evidence">What shows that the fault is ours, as part of a sentence; empty unless blind.</param>
internal sealed record Sight(SightState State, bool NamesOnly = false, string Evidence = "")
{
    public static readonly Sight Clear = new(SightState.Clear);
    public static readonly Sight Asking = new(SightState.Asking);

    public bool IsBlind => State == SightState.Blind;
    public bool IsAsking => State == SightState.Asking;

    /// <summary>The view of one host. No network lies between us and this machine, and an address needs no resolver.</summary>
    public Sight Of(string host) =>
        State == SightState.Clear || HostText.IsThisMachine(host) || (NamesOnly && HostText.Literal(host) is not null) ? Clear : this;

    /// <summary>Whether our own fault explains a failure of this kind.</summary>
    public bool Explains(ProbeReason reason) => IsBlind && reason.MayBeOurNetwork;
}
