using System.Text.RegularExpressions;
using Tocsin.Kernel;

namespace Tocsin.Incidents;

/// <summary>Reads a pasted timeline: one entry per line, a moment first.</summary>
public static partial class ToldLines
{
    public const string Example = "10:00 detected: alerts on response times";
    private const int LinesMax = 500, LineLengthMax = 2_200;

    /// <param name="text">Bullets, bold marks and empty lines are passed over.</param>
    /// <returns>The rows, and for each line that is none what is wrong; fields are <c>lines[1]</c> and so on.</returns>
    public static (IReadOnlyList<ToldRow> Rows, IReadOnlyList<FieldError> Errors) Read(string? text)
    {
        var rows = new List<ToldRow>();
        var errors = new List<FieldError>();
        var lines = (text ?? "").ReplaceLineEndings("\n").Split('\n');
        if (lines.Length > LinesMax) return ([], [new("lines", $"{lines.Length} lines; at most {LinesMax} are read")]);
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Replace("**", "", StringComparison.Ordinal).Trim().TrimStart('-', '*', '+', '•', '|').Trim().TrimEnd('|').TrimEnd();
            if (line.Length == 0) continue;
            if (ReadLine(line).TryGet(out var row, out var error)) rows.Add(row);
            else errors.Add(new($"lines[{index + 1}]", $"line {index + 1}: {error}"));
        }
        return (rows, errors);
    }

    private static Parsed<ToldRow> ReadLine(string line)
    {
        if (line.Length > LineLengthMax) return Parsed<ToldRow>.Bad($"{line.Length} characters; at most {LineLengthMax} are read");
        var match = Shape().Match(line);
        if (!match.Success) return Parsed<ToldRow>.Bad($"it begins with no time; write such as '{Example}'");
        var (when, rest) = (match.Groups["moment"].Value, match.Groups["rest"].Value);
        var zone = match.Groups["zone"];
        if (zone.Success)
        {
            var isZone = ToldMoments.ReadZone(zone.Value).IsValid;
            // A word in parentheses that is no zone is a mistake to be told; a bare one is the beginning of the sentence.
            if (isZone || match.Groups["open"].Success) when += $" {zone.Value}";
            else rest = line[zone.Index..];
        }
        var (kind, text) = Kind(rest.TrimStart(' ', ':', '-', '–', '—', '|', ','));
        return text.Length == 0 ? Parsed<ToldRow>.Bad($"nothing is said after {when.Trim()}") : new ToldRow(when.Trim(), kind, text);
    }

    /// <summary>Takes a leading kind off: <c>detected: …</c> and <c>detected Alerts on …</c>, but not <c>detected by a user</c>,
    /// which is a sentence.</summary>
    private static (string? Kind, string Text) Kind(string rest)
    {
        foreach (var kind in TimelineKinds.All)
        {
            var word = TimelineKinds.Word(kind);
            if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            var after = rest[word.Length..];
            if (after.Length > 0 && char.IsLetterOrDigit(after[0])) continue;
            var text = after.TrimStart(' ', ':', '-', '–', '—', '|', '\t');
            var isLabel = text.Length > 0 && (after[0] != ' ' || after.TrimStart()[0] is ':' or '-' or '–' or '—' or '|' || !char.IsLower(text[0]));
            return (word, isLabel ? text : char.ToUpperInvariant(rest[0]) + rest[1..]);
        }
        return (null, rest);
    }

    [GeneratedRegex(
        @"^(?<moment>unknown(?=\W)|((about|around|ca\.?|~)\s*)?(\d{4}-\d{2}-\d{2}([T\s]+\d{1,2}:\d{2}(:\d{2})?(\s*[ap]\.?m\b\.?)?)?|\d{1,2}:\d{2}(:\d{2})?(\s*[ap]\.?m\b\.?)?))"
        + @"(\s*(?<open>\()(?<zone>[^()]{1,40})\)|\s*(?<zone>(UTC|GMT)\s*[+\-]\s*\d{1,2}(:?\d{2})?|[+\-]\d{1,2}:?\d{2}|[a-z]{1,5}(?=[\s:,]|$)|[a-z_]+/[a-z_/+\-]+))?"
        + @"(?<rest>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 200)]
    private static partial Regex Shape();
}
