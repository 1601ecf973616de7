using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tocsin.Web;

/// <summary>All instruments of chosen meters as Prometheus text, format 0.0.4.</summary>
/// <remarks>
/// Names: dots become underscores, the unit is added (<c>_seconds</c>, <c>_bytes</c>), counters end in <c>_total</c>. A series beyond
/// <see cref="SeriesMax"/> of an instrument is dropped and counted, so that a label with free text cannot fill the memory.
/// </remarks>
public sealed class MetricsText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const int SeriesMax = 2_000;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private long dropped;

    /// <param name="isWanted">Which meters are collected.</param>
    public MetricsText(Func<Meter, bool> isWanted)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (isWanted(instrument.Meter)) self.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => Record(family, (double)value, tags));
        listener.Start();
    }

    /// <summary>Asks the observable instruments and writes everything, in order of name and labels.</summary>
    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var family in families.Values) family.Write(text);
        }
        text.Append("# HELP tocsin_metrics_dropped_total Measurements of series beyond the limit of their family\n").Append("# TYPE tocsin_metrics_dropped_total counter\n")
            .Append(CultureInfo.InvariantCulture, $"tocsin_metrics_dropped_total {Interlocked.Read(ref dropped)}\n");
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private MetricFamily FamilyOf(Instrument instrument)
    {
        var name = MetricNames.Of(instrument);
        lock (gate)
        {
            if (families.TryGetValue(name, out var family)) return family;
            return families[name] = new MetricFamily(name, instrument);
        }
    }

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!((MetricFamily)family!).Record(value, tags)) Interlocked.Increment(ref dropped);
    }
}
