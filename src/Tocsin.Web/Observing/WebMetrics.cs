using System.Diagnostics.Metrics;

namespace Tocsin.Web;

/// <summary>What the web part counts about itself.</summary>
internal sealed class WebMetrics
{
    public const string MeterName = "Tocsin.Web";
    private readonly Histogram<double> panels;

    public WebMetrics(IMeterFactory meters, LiveHub hub)
    {
        var meter = meters.Create(MeterName);
        panels = meter.CreateHistogram<double>("tocsin.web.panel.duration", "s", "Time to load one panel of a page");
        meter.CreateObservableGauge("tocsin.web.live.streams", () => hub.SubscriberCount, "{stream}", "Pages that are told of changes");
    }

    public void PanelLoaded(string title, TimeSpan elapsed, bool isAvailable) => panels.Record(
        elapsed.TotalSeconds, new("panel", title), new("result", isAvailable ? "shown" : "not available"));
}
