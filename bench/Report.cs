using System.Globalization;
using System.Text;

namespace Tocsin.Bench;

/// <summary>One thing that is measured from the outside, always beside a reference in the same run.</summary>
internal interface IBenchmark
{
    string Name { get; }
    Task<IReadOnlyList<Measure>> RunAsync();
}

/// <summary>One figure: the median of several rounds.</summary>
/// <param name="Budget">What DESIGN §6 asks of it, in words; null for a reference.</param>
/// <param name="IsMet">Null when there is no budget.</param>
internal sealed record Measure(string What, double Min, double Median, double Max, string Unit, string? Budget = null, bool? IsMet = null)
{
    public static Measure Of(string what, IReadOnlyList<double> rounds, string unit, string? budget = null, Func<double, bool>? isMet = null)
    {
        var sorted = rounds.Order().ToList();
        var median = sorted[sorted.Count / 2];
        return new Measure(what, sorted[0], median, sorted[^1], unit, budget, isMet?.Invoke(median));
    }

    /// <summary>The value below which this share of the values lies, nearest rank.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)Math.Ceiling(values.Count * share) - 1));
}

internal sealed record Report(string Name, string Machine, IReadOnlyList<Measure> Measures)
{
    public string ToTable()
    {
        var table = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{Name}: {Machine}").AppendLine();
        table.AppendLine(CultureInfo.InvariantCulture, $"{"what",-62} {"min",9} {"median",9} {"max",9} {"unit",-10} budget");
        foreach (var measure in Measures)
        {
            var verdict = measure.IsMet switch { true => "met", false => "MISSED", null => "" };
            table.AppendLine(CultureInfo.InvariantCulture,
                $"{measure.What,-62} {Number(measure.Min),9} {Number(measure.Median),9} {Number(measure.Max),9} {measure.Unit,-10} {measure.Budget} {verdict}");
        }
        return table.ToString();
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
