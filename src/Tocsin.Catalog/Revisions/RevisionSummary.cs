using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog;

/// <summary>Tells in one line what changed between two configurations.</summary>
internal static class RevisionSummary
{
    public const int LengthMax = 200;
    public const string OnlySecrets = "a secret changed";
    public const string BackToForce = "the files are as in force again";

    public static string OfFirst(ConfigReading reading) => Cut(
    [
        "first configuration: " + string.Join(", ", reading.Items.CountBy(item => item.Kind).Where(kind => kind.Key is "services" or "checks" or "people")
            .Select(kind => $"{kind.Value} {(kind.Value == 1 ? Singular(kind.Key) : kind.Key)}").DefaultIfEmpty("nothing yet")),
    ]);

    /// <summary>Counts and names first, then what changed of each; when nothing of that, the sections whose text differs.</summary>
    public static string Of(ConfigReading before, ConfigReading after)
    {
        var kinds = before.Items.Concat(after.Items).Select(item => item.Kind).Distinct();
        List<string> parts = [.. kinds.Select(kind => Membership(kind, Keys(before, kind), Keys(after, kind))).OfType<string>()];
        var old = before.Items.ToDictionary(item => (item.Kind, item.Key));
        foreach (var item in after.Items)
        {
            if (old.TryGetValue((item.Kind, item.Key), out var was)) parts.AddRange(Differences(was, item));
        }
        if (parts.Count == 0) parts.AddRange(Sections(before.Text, after.Text));
        return parts.Count > 0 ? Cut(parts) : OnlySecrets;
    }

    private static string Singular(string kind) => kind switch { "people" => "person", _ => kind.TrimEnd('s') };

    private static HashSet<string> Keys(ConfigReading reading, string kind) =>
        [.. reading.Items.Where(item => item.Kind == kind).Select(item => item.Key)];

    private static string? Membership(string kind, HashSet<string> before, HashSet<string> after)
    {
        string[] added = [.. after.Except(before)], removed = [.. before.Except(after)];
        if (added.Length + removed.Length == 0) return null;
        var words = new List<string>();
        if (added.Length > 0) words.Add("added " + Names(added));
        if (removed.Length > 0) words.Add("removed " + Names(removed));
        return $"{kind} {before.Count} → {after.Count}: {string.Join(", ", words)}";
    }

    private static string Names(string[] keys) => keys.Length <= 4 ? string.Join(", ", keys) : $"{string.Join(", ", keys[..3])} and {keys.Length - 3} more";

    private static IEnumerable<string> Differences(ConfigItem before, ConfigItem after) =>
        from now in after.Properties
        join was in before.Properties on now.Name equals was.Name
        where now.Text != was.Text
        select $"{now.Name} of {after.Key} {was.Text} → {now.Text}";

    private static IEnumerable<string> Sections(string before, string after)
    {
        var (old, now) = (Blocks(before), Blocks(after));
        string[] changed = [.. old.Keys.Union(now.Keys).Where(key => old.GetValueOrDefault(key) != now.GetValueOrDefault(key))];
        return changed.Length == 0 ? [] : [$"changed {string.Join(", ", changed)}"];
    }

    /// <summary>The canonical text by top-level key: a line that is not indented begins a section.</summary>
    private static Dictionary<string, string> Blocks(string text)
    {
        var blocks = new Dictionary<string, string>(StringComparer.Ordinal);
        var key = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.Length > 0 && line[0] != ' ') key = line[..Math.Max(0, line.IndexOf(':', StringComparison.Ordinal))];
            blocks[key] = blocks.GetValueOrDefault(key, "") + line + "\n";
        }
        return blocks;
    }

    private static string Cut(List<string> parts)
    {
        var text = parts[0];
        for (var i = 1; i < parts.Count; i++)
        {
            var more = $"; and {parts.Count - i} more";
            if (text.Length + 2 + parts[i].Length + more.Length > LengthMax)
            {
                text += more;
                break;
            }
            text += "; " + parts[i];
        }
        return text.Length <= LengthMax ? text : text[..(LengthMax - 1)] + "…";
    }
}
