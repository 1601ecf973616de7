using System.Globalization;
using System.Text.Json;
using Tocsin.Kernel;

namespace Tocsin.Checks.Probes;

/// <summary>A place in a JSON document: <c>$.items[0].name</c>, <c>$['a b']</c>. Names and positions only.</summary>
/// <remarks>Shape: <c>$</c>, then up to 32 of <c>.name</c>, <c>[number]</c>, <c>['name']</c> or <c>["name"]</c>; at most 256
/// characters. A subset of RFC 9535 without wildcards, slices and filters: an expectation names one value.</remarks>
public sealed class JsonPath
{
    private const int CharactersMax = 256;
    private const int StepsMax = 32;

    private readonly record struct Step(string? Name, int Index);

    private readonly List<Step> steps;
    private JsonPath(List<Step> steps) => this.steps = steps;

    public static Parsed<JsonPath> Parse(string text)
    {
        if (text.Length > CharactersMax) return Bad($"a path has at most {CharactersMax} characters, this one has {text.Length}");
        if (!text.StartsWith('$')) return Bad($"'{text}' does not begin with $, as in $.status");
        var steps = new List<Step>();
        for (var at = 1; at < text.Length;)
        {
            var (step, next, error) = text[at] switch
            {
                '.' => DotName(text, at),
                '[' => Bracket(text, at),
                var other => Wrong(text, at, $"found '{other}', expected '.' or '['"),
            };
            if (error is not null) return Bad(error);
            if (steps.Count == StepsMax) return Bad($"a path has at most {StepsMax} steps");
            steps.Add(step);
            at = next;
        }
        return new JsonPath(steps);
    }

    /// <returns>The value that stands there; null when nothing does.</returns>
    public JsonElement? Find(JsonElement root)
    {
        var at = root;
        foreach (var step in steps)
        {
            if (step.Name is not null)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step.Name, out at)) return null;
            }
            else
            {
                if (at.ValueKind != JsonValueKind.Array || step.Index >= at.GetArrayLength()) return null;
                at = at[step.Index];
            }
        }
        return at;
    }

    private static Parsed<JsonPath> Bad(string error) => Parsed<JsonPath>.Bad(error);

    private static (Step Step, int Next, string? Error) Wrong(string text, int at, string what) =>
        (default, at, string.Create(CultureInfo.InvariantCulture, $"'{text}', column {at + 1}: {what}"));

    private static (Step Step, int Next, string? Error) DotName(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && text[end] is not ('.' or '[' or ']' or '*' or '\'' or '"' or ' ')) end++;
        return end == at + 1
            ? Wrong(text, end, "expected a name after '.'")
            : (new Step(text[(at + 1)..end], 0), end, null);
    }

    private static (Step Step, int Next, string? Error) Bracket(string text, int at)
    {
        var start = at + 1;
        if (start < text.Length && text[start] is '\'' or '"')
        {
            var close = text.IndexOf(text[start], start + 1);
            if (close < 0) return Wrong(text, start, $"expected a closing {text[start]}");
            if (close + 1 >= text.Length || text[close + 1] != ']') return Wrong(text, close + 1, "expected ']'");
            return (new Step(text[(start + 1)..close], 0), close + 2, null);
        }
        var end = text.IndexOf(']', start);
        if (end < 0) return Wrong(text, text.Length, "expected ']'");
        return int.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (new Step(null, index), end + 1, null)
            : Wrong(text, start, "expected a position such as 0, or a name in quotes");
    }
}
