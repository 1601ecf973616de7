using System.Net;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Scheduling;

/// <summary>A configured check and everything live about it. Belongs to the pump.</summary>
internal sealed class Watched(CheckModel model, CheckState state, FlapGuard flaps)
{
    public CheckModel Model
    {
        get;
        set => (field, Host) = (value, HostOf(value.Probe));
    } = model;

    public CheckState State { get; set; } = state;
    public FlapGuard Flaps { get; set; } = flaps;
    public VerdictChange? LastChange { get; set; }

    /// <summary>Host of the probe: a name or a literal address.</summary>
    public string Host { get; private set; } = HostOf(model.Probe);
    public bool IsThisMachine => HostText.IsThisMachine(Host);
    public string Series { get; } = $"check/{model.Key}";

    /// <summary>No longer configured: whatever still comes in about it is dropped.</summary>
    public bool IsRemoved { get; set; }
    /// <summary>Which of the regular appointments on the wheel is the valid one; grows when the interval changes.</summary>
    public long Cadence { get; set; }
    /// <summary>A regular probe waits for room.</summary>
    public bool IsWaiting { get; set; }
    /// <summary>The newest probe heard no word until its time-out.</summary>
    public bool WasSilent { get; set; }
    /// <summary>The newest probe was not good: the next good one is kept with its transcript.</summary>
    public bool WasBad { get; set; }
    /// <summary>Its name has resolved at least once: if it does not now, something has changed.</summary>
    public bool HasResolved { get; set; }
    /// <summary>Changes of the verdict since the start.</summary>
    public long Changes { get; set; }
    /// <summary>Address left for last by re-probes; null for none.</summary>
    public IPAddress? Avoid { get; set; }
    public ProbeResult? LastResult { get; set; }

    public CheckStateView View() => ViewOf(Model, State, LastResult);

    public static CheckStateView ViewOf(CheckModel model, CheckState state, ProbeResult? last) => new(
        model.Key, model.Service, model.Name, model.Probe.Target, state.Verdict, state.Since, state.FirstFailedAt, state.Reason.Word, state.Text,
        state.Doubt is not null, last?.StartedAt, last?.Outcome, last?.Duration);

    public static string HostOf(ProbeSpec probe) => probe switch
    {
        ProbeSpec.Http http => http.Url.IdnHost,
        ProbeSpec.Tcp tcp => tcp.Host,
        ProbeSpec.Tls tls => tls.Host,
        _ => throw new System.Diagnostics.UnreachableException(probe.Word),
    };
}
