using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tocsin.Web;

/// <summary>All series of one instrument. Thread-safe.</summary>
internal sealed class MetricFamily(string name, Instrument instrument)
{
    // Seconds: from a memory read to a minute-long request.
    private static readonly double[] SecondsBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] OtherBounds = [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 1_000_000];

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Series> series = new(StringComparer.Ordinal);
    private readonly bool isHistogram = MetricNames.IsHistogram(instrument);
    private readonly bool isAdded = MetricNames.IsAdded(instrument);
    private readonly double[] bounds = BoundsOf(instrument);

    /// <returns>False when there are too many series to take another.</returns>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricNames.Labels(tags);
        lock (gate)
        {
            if (!series.TryGetValue(labels, out var one))
            {
                if (series.Count >= MetricsText.SeriesMax) return false;
                series[labels] = one = new Series(isHistogram ? new long[bounds.Length + 1] : []);
            }
            if (isHistogram) one.Buckets[Bucket(value)]++;
            one.Count++;
            one.Value = isHistogram || isAdded ? one.Value + value : value;
        }
        return true;
    }

    public void Write(StringBuilder text)
    {
        lock (gate)
        {
            if (series.Count == 0) return;
            if (instrument.Description is { Length: > 0 } help)
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {MetricNames.EscapeHelp(help)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {TypeWord}\n");
            foreach (var (labels, one) in series)
            {
                if (isHistogram) WriteHistogram(text, labels, one);
                else WriteLine(text, "", labels, MetricNames.Value(one.Value));
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series one)
    {
        var below = 0L;
        for (var i = 0; i <= bounds.Length; i++)
        {
            below += one.Buckets[i];
            var bound = MetricNames.Value(i < bounds.Length ? bounds[i] : double.PositiveInfinity);
            WriteLine(text, "_bucket", labels == "" ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", below.ToString(CultureInfo.InvariantCulture));
        }
        WriteLine(text, "_sum", labels, MetricNames.Value(one.Value));
        WriteLine(text, "_count", labels, one.Count.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteLine(StringBuilder text, string suffix, string labels, string value) =>
        text.Append(name).Append(suffix).Append(labels == "" ? "" : $"{{{labels}}}").Append(' ').Append(value).Append('\n');

    private string TypeWord => isHistogram ? "histogram" : MetricNames.IsCounter(instrument) ? "counter" : "gauge";

    private int Bucket(double value)
    {
        var index = Array.BinarySearch(bounds, value);
        return index >= 0 ? index : ~index;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => instrument.Unit == "s" ? SecondsBounds : OtherBounds,
    };

    private sealed class Series(long[] buckets)
    {
        public long[] Buckets { get; } = buckets;
        public long Count { get; set; }
        public double Value { get; set; }
    }
}
