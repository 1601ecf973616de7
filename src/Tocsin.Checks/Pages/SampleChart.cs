using System.Globalization;
using System.Text;
using Tocsin.Kernel.Ports;
using Tocsin.Web.Components;

namespace Tocsin.Checks.Pages;

/// <summary>Results of a stretch of time as one column for each equal part of it. Pure.</summary>
internal sealed class SampleChart
{
    public const int Columns = 144;
    /// <summary>Width of a column and height of the picture, in units of the picture.</summary>
    public const int Step = 4, Height = 48;

    private readonly Column[] columns = new Column[Columns];

    private struct Column
    {
        public Outcome? Worst;
        public int Count;
        public long DurationUsSum;
    }

    private SampleChart() { }

    /// <summary>Slowest column's mean; zero when nothing was answered.</summary>
    public TimeSpan Slowest { get; private set; }
    public int Probes { get; private set; }
    public int Failed { get; private set; }

    public static SampleChart Of(IReadOnlyList<Sample> samples, DateTimeOffset from, DateTimeOffset until)
    {
        var chart = new SampleChart();
        var width = (until - from) / Columns;
        foreach (var sample in samples.Where(sample => !sample.IsReprobe && sample.At >= from && sample.At < until))
        {
            ref var column = ref chart.columns[Math.Min((int)((sample.At - from) / width), Columns - 1)];
            if (column.Worst is not { } worst || Shown(sample.Outcome) > Shown(worst)) column.Worst = sample.Outcome;
            chart.Probes++;
            if (sample.Outcome == Outcome.Down) chart.Failed++;
            if (sample.Outcome is not (Outcome.Up or Outcome.Degraded)) continue;
            column.Count++;
            column.DurationUsSum += sample.DurationUs;
        }
        chart.Slowest = TimeSpan.FromMicroseconds(chart.columns.Max(MeanUs) ?? 0);
        return chart;
    }

    public static ShownState Shown(Outcome outcome) => outcome switch
    {
        Outcome.Up => ShownState.Up,
        Outcome.Degraded => ShownState.Degraded,
        Outcome.Down => ShownState.Down,
        Outcome.Unknown => ShownState.Unknown,
    };

    /// <summary>Marks at the foot of every column whose worst result is this; empty when none is.</summary>
    public string Marks(Outcome outcome)
    {
        var path = new StringBuilder();
        for (var i = 0; i < Columns; i++)
        {
            if (columns[i].Worst == outcome) path.Append(CultureInfo.InvariantCulture, $"M{i * Step} {Height - 6}h{Step - 1}v6h-{Step - 1}z");
        }
        return path.ToString();
    }

    /// <summary>Mean duration of each column; broken where nothing was answered.</summary>
    public string Line()
    {
        var path = new StringBuilder();
        var isDrawing = false;
        for (var i = 0; i < Columns; i++)
        {
            if (MeanUs(columns[i]) is not { } mean)
            {
                isDrawing = false;
                continue;
            }
            var y = (Height - 10) * (1 - mean / Math.Max(Slowest.TotalMicroseconds, 1)) + 1;
            path.Append(isDrawing ? 'L' : 'M').Append(CultureInfo.InvariantCulture, $"{i * Step + Step / 2} {y:0.#}");
            isDrawing = true;
        }
        return path.ToString();
    }

    private static double? MeanUs(Column column) => column.Count == 0 ? null : (double)column.DurationUsSum / column.Count;
}
