using System.Diagnostics.Metrics;

namespace Tocsin.Web.Tests;

public sealed class MetricsTextTests
{
    [Fact]
    public void Write_EveryKindOfInstrument_IsTheGoldenText()
    {
        using var meter = new Meter("Tocsin.Golden");
        using var text = new MetricsText(meter => meter.Name == "Tocsin.Golden");
        var probes = meter.CreateCounter<long>("tocsin.checks.probes", "{probe}", "Probes that ended");
        probes.Add(3, new("outcome", "up"), new("check", "shop \"http\"\nline"));
        probes.Add(1, new("outcome", "down"), new("check", "back\\slash"));
        probes.Add(2, new("check", "shop \"http\"\nline"), new("outcome", "up"));
        meter.CreateUpDownCounter<int>("tocsin.queue.length").Add(-2);
        meter.CreateObservableGauge("tocsin.scheduler.lag", () => 0.25, "s", "How late the last probe began");
        meter.CreateObservableCounter("tocsin.bytes.read", () => 1_234L, "By");
        var latency = meter.CreateHistogram("tocsin.request.duration", "s", "Time to answer", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 7 }) latency.Record(seconds, new KeyValuePair<string, object?>("route", "/ack/{token}"));
        text.Write().ShouldBe(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.txt")));
    }

    [Fact]
    public void Write_TooManySeries_DropsAndCounts()
    {
        using var meter = new Meter("Tocsin.Many");
        using var text = new MetricsText(meter => meter.Name == "Tocsin.Many");
        var counter = meter.CreateCounter<long>("many");
        for (var i = 0; i < MetricsText.SeriesMax + 5; i++) counter.Add(1, new KeyValuePair<string, object?>("n", i));
        var lines = text.Write().Split('\n');
        lines.Count(line => line.StartsWith("many_total{", StringComparison.Ordinal)).ShouldBe(MetricsText.SeriesMax);
        lines.ShouldContain("tocsin_metrics_dropped_total 5");
    }

    [Fact]
    public void Write_OtherMeters_AreLeftOut()
    {
        using var meter = new Meter("Somebody.Else");
        using var text = new MetricsText(meter => MetricsEndpoint.IsWanted(meter.Name));
        meter.CreateCounter<long>("noise").Add(1);
        text.Write().ShouldNotContain("noise");
    }
}
