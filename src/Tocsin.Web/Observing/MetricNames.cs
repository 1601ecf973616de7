using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Tocsin.Web;

/// <summary>Names, labels and values as the Prometheus text format wants them.</summary>
internal static class MetricNames
{
    public static bool IsCounter(Instrument instrument) => IsOf(instrument, typeof(Counter<>), typeof(ObservableCounter<>));
    public static bool IsHistogram(Instrument instrument) => IsOf(instrument, typeof(Histogram<>));
    /// <summary>Whether a measurement is added to those before, instead of replacing them.</summary>
    public static bool IsAdded(Instrument instrument) => IsOf(instrument, typeof(Counter<>), typeof(UpDownCounter<>));

    public static string Of(Instrument instrument)
    {
        var name = new StringBuilder(Clean(instrument.Name));
        if (UnitOf(instrument.Unit) is { } unit && !name.ToString().EndsWith(unit, StringComparison.Ordinal)) name.Append('_').Append(unit);
        if (IsCounter(instrument) && !name.ToString().EndsWith("_total", StringComparison.Ordinal)) name.Append("_total");
        return name.ToString();
    }

    /// <summary><c>route="/ack/{token}",status="200"</c>, ordered by name; empty without tags.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags) labels[Clean(name)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
    }

    public static string Value(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    public static string EscapeHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Escape(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    // Units as UCUM writes them; braces hold a remark such as {request}, which is no unit.
    private static string? UnitOf(string? unit) => unit switch
    {
        null or "" or "1" => null,
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        ['{', ..] => null,
        _ => Clean(unit),
    };

    private static string Clean(string name) => string.Create(name.Length, name, (span, text) =>
    {
        for (var i = 0; i < text.Length; i++)
            span[i] = char.IsAsciiLetter(text[i]) || (i > 0 && char.IsAsciiDigit(text[i])) ? text[i] : '_';
    });

    private static bool IsOf(Instrument instrument, params ReadOnlySpan<Type> kinds) =>
        instrument.GetType() is { IsGenericType: true } type && kinds.Contains(type.GetGenericTypeDefinition());
}
