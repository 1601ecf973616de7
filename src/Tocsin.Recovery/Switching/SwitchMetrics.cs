using System.Diagnostics.Metrics;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Switching;

/// <summary>What the switches count.</summary>
internal sealed class SwitchMetrics(SwitchDesk desk, IRevisions revisions) : IMeasured
{
    public void Describe(Meter meter)
    {
        meter.CreateObservableGauge("tocsin.switch.connections", () => Each(counts => counts.Open), "{connection}", "Connections that a switch carries");
        meter.CreateObservableCounter("tocsin.switch.carried", () => Each(counts => counts.Carried), "{connection}", "Connections that a switch led to a side");
        meter.CreateObservableCounter("tocsin.switch.refused", () => Each(counts => counts.Refused), "{connection}", "Connections over the limit of a switch");
        meter.CreateObservableCounter("tocsin.switch.unreached", () => Each(counts => counts.Unreached), "{connection}", "Connections whose side did not answer");
    }

    private IEnumerable<Measurement<long>> Each(Func<SwitchCounts, long> count)
    {
        foreach (var key in revisions.Current.Get<RecoveryModel>().Order)
        {
            if (desk.CountsOf(key) is { } counts) yield return new(count(counts), new KeyValuePair<string, object?>("failover", key.Value));
        }
    }
}
