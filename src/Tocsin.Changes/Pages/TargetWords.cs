using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Web;
using Tocsin.Web.Components;

namespace Tocsin.Changes.Pages;

/// <summary>Targets and their changes as people read them.</summary>
internal static class TargetWords
{
    /// <summary>What the button will do, before it is pressed.</summary>
    public static string WillDo(TargetKey key, RollBackOffer offer, PageTime time) =>
        $"Puts {key} back to the version of {TimeText.Clock(offer.VersionSince, time.Zone, seconds: false)} (proved healthy for {TimeText.Duration(offer.HealthyFor)}): "
        + $"{offer.Diff}; {offer.Watch}; reverts by itself if it gets worse.";

    public static ShownState MarkOf(ChangePhase phase) => phase switch
    {
        ChangePhase.Confirmed => ShownState.Up,
        ChangePhase.Reverted or ChangePhase.Refused => ShownState.Unknown,
        ChangePhase.Stuck => ShownState.Down,
        _ => ShownState.Maintenance,
    };

    public static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
