using System.Globalization;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>A JSON path and the text it was written as.</summary>
internal sealed record WrittenPath(string Text, JsonPath Path);

/// <summary>The kinds of values that targets are made of.</summary>
internal static class TargetShapes
{
    private const int PathLengthMax = 1_000, ArgumentLengthMax = 1_000, ArgumentsMax = 50;

    public static Shape<WrittenPath> Json { get; } = ConfigShapes.Written("JSON path", "a JSON path such as $.version",
        text => JsonPath.Parse(text).TryGet(out var path, out var why) ? new WrittenPath(text, path) : Parsed<WrittenPath>.Bad(why));

    public static Shape<string> File { get; } = ConfigShapes.Written("file", "the path of a file such as /etc/shop/api-release.json",
        text => text.Length is > 0 and <= PathLengthMax && !text.EndsWith('/') && !text.Any(char.IsControl) ? text : Parsed<string>.Bad(""));

    public static Shape<IReadOnlyList<string>> Command { get; } = ConfigShapes.List(ConfigShapes.Text(ArgumentLengthMax, "/usr/bin/jq"), ArgumentsMax);

    /// <summary>Shape: numbers with points between them, after an optional v.</summary>
    public static Shape<string> Version { get; } = ConfigShapes.Written("version", "a version such as 2 or 2.10.1",
        text => Versions.Parse(text) is not null ? text : Parsed<string>.Bad(""));

    public static Shape<IReadOnlyList<double>> Number { get; } = ConfigShapes.Written<IReadOnlyList<double>>("number", "a number such as 100 or 0.5",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? (double[])[value] : Parsed<IReadOnlyList<double>>.Bad(""),
        () => new System.Text.Json.Nodes.JsonObject { ["type"] = "number" });
}

/// <summary>Versions as numbers between points.</summary>
internal static class Versions
{
    private const int PartsMax = 8;

    /// <returns>The numbers; null when the text is not a version.</returns>
    public static long[]? Parse(string text)
    {
        var parts = (text is ['v' or 'V', .. var rest] ? rest : text).Split('.');
        if (parts.Length > PartsMax) return null;
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }
        return numbers;
    }

    /// <summary>Parts that one of the two lacks count as 0: <c>2</c> is <c>2.0</c>.</summary>
    public static int Compare(long[] a, long[] b)
    {
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            if (a.ElementAtOrDefault(i).CompareTo(b.ElementAtOrDefault(i)) is not 0 and var difference) return difference;
        }
        return 0;
    }
}
