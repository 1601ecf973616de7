using System.Globalization;
using System.Text.RegularExpressions;

namespace Tocsin.Tests.Metrics;

/// <summary>The Prometheus text format 0.0.4, read strictly: whatever is not allowed is an error.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private string family = "";

    public IReadOnlyCollection<string> Families => types.Keys;
    public HashSet<(string Name, string Value)> Labels { get; } = [];

    /// <param name="series">As it stands in the text, such as <c>a_total{result="ok"}</c>.</param>
    public double? Find(string series) => values.TryGetValue(series, out var value) ? value : null;

    public IEnumerable<(string Series, double Value)> Of(string family) => values.Where(pair => NameOf(pair.Key) == family).Select(pair => (pair.Key, pair.Value));

    /// <exception cref="FormatException">Names the line.</exception>
    public static PrometheusText Read(string text)
    {
        if (!text.EndsWith('\n')) throw new FormatException("the text does not end with a line feed");
        var read = new PrometheusText();
        string? helped = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help) helped = help.Groups[1].Value;
            else if (Type().Match(line) is { Success: true } type) read.Begin(type.Groups[1].Value, type.Groups[2].Value, helped, line);
            else if (Sample().Match(line) is { Success: true } sample) read.Take(sample, line);
            else throw new FormatException($"neither HELP, TYPE nor a sample: {line}");
        }
        read.CheckHistograms();
        return read;
    }

    private void Begin(string name, string type, string? helped, string line)
    {
        if (helped != name) throw new FormatException($"TYPE without HELP before it: {line}");
        if (!types.TryAdd(name, type)) throw new FormatException($"a family stands twice: {line}");
        if (type == "counter" != name.EndsWith("_total", StringComparison.Ordinal)) throw new FormatException($"_total is for counters and for nothing else: {line}");
        family = name;
    }

    private void Take(Match sample, string line)
    {
        var name = sample.Groups["name"].Value;
        var isPart = types.GetValueOrDefault(family) == "histogram" && name is var part
            && (part == family + "_bucket" || part == family + "_sum" || part == family + "_count");
        if (name != family && !isPart) throw new FormatException($"a sample outside of its family {family}: {line}");
        var labels = Label().Matches(sample.Groups["labels"].Value).Select(label => (label.Groups[1].Value, label.Groups[2].Value)).ToList();
        if (labels.Select(label => label.Item1).Distinct().Count() != labels.Count) throw new FormatException($"a label stands twice: {line}");
        foreach (var label in labels.Where(label => label.Item1 != "le")) Labels.Add(label);
        var number = sample.Groups["value"].Value;
        var value = number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        if (!values.TryAdd(line[..line.LastIndexOf(' ')], value)) throw new FormatException($"a series stands twice: {line}");
    }

    private void CheckHistograms()
    {
        foreach (var (series, count) in values.Where(pair => types.GetValueOrDefault(Base(pair.Key, "_count")) == "histogram").ToList())
        {
            var all = series.Replace("_count", "_bucket", StringComparison.Ordinal);
            all = all.EndsWith('}') ? all[..^1] + ",le=\"+Inf\"}" : all + "{le=\"+Inf\"}";
            if (Find(all) != count) throw new FormatException($"the last bucket is not the count: {series}");
        }
    }

    private static string Base(string series, string suffix) =>
        NameOf(series) is var name && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : "";

    private static string NameOf(string series) => series.Split('{')[0];

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^ ].*$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*")*)\})? (?<value>[^ ]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)""")]
    private static partial Regex Label();
}
