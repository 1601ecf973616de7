using System.Diagnostics.Metrics;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Delivery;

/// <summary>Counts attempts to send, by channel and by what came of them.</summary>
internal sealed class DeliveryTally : IMeasured
{
    private volatile Counter<long>? attempts;

    public void Describe(Meter meter) => attempts = meter.CreateCounter<long>(
        "tocsin.paging.attempts", "{attempt}", "Attempts to send a page or another message, by channel and result");

    public DeliveryOutcome Count(string channel, DeliveryOutcome outcome)
    {
        attempts?.Add(1, new("channel", channel), new("result", Word(outcome.Result)));
        return outcome;
    }

    private static string Word(DeliveryResult result) => result switch
    {
        DeliveryResult.Delivered => "delivered",
        DeliveryResult.Retry => "failed",
        DeliveryResult.Refused => "refused",
        DeliveryResult.Overtaken => "overtaken",
    };
}
