using System.Text.Json;

namespace Tocsin.Changes.Guarded;

/// <summary>What the guards say of a new content. Pure; facts of hosts come as texts.</summary>
internal static class GuardRules
{
    /// <returns>Why the content is refused; null when it is not.</returns>
    public static string? Judge(GuardModel.Bound bound, JsonElement? content)
    {
        var expected = bound switch
        {
            { Min: { } min, Max: { } max } => FormattableString.Invariant($"expected a number from {min} to {max}"),
            { Min: { } min } => FormattableString.Invariant($"expected a number of at least {min}"),
            _ => FormattableString.Invariant($"expected a number of at most {bound.Max}"),
        };
        if (content is not { } json) return $"the new content is not JSON, so {bound.JsonText} cannot be told: {expected}";
        if (bound.Json.Find(json) is not { ValueKind: not JsonValueKind.Null } found) return $"{bound.JsonText} is missing: {expected}";
        if (found.ValueKind != JsonValueKind.Number || !found.TryGetDouble(out var value)) return $"{bound.JsonText} is {Shown(TextOf(found))}: {expected}";
        return value < bound.Min || value > bound.Max ? FormattableString.Invariant($"{bound.JsonText} is {value}: {expected}") : null;
    }

    /// <summary>Whether a required fact is asked of this content.</summary>
    /// <returns>Yes, no, or why that cannot be told.</returns>
    public static (bool Applies, string? Fault) Applies(GuardModel.Requires requires, JsonElement? content)
    {
        if (requires.When is not { } when) return (true, null);
        if (content is not { } json) return (false, $"the new content is not JSON, so {when.JsonText} cannot be told");
        if (when.Json.Find(json) is not { } found) return (false, $"{when.JsonText} is missing, so whether {requires.JsonText} must be {requires.Condition.InWords} cannot be told");
        return Meets(when.Condition, TextOf(found)) is { } meets
            ? (meets, null) : (false, $"{when.JsonText} is {Shown(TextOf(found))}, which is not a version");
    }

    /// <param name="fact">What stands there; null when nothing does.</param>
    /// <returns>Why the content is refused; null when it is not.</returns>
    public static string? Judge(GuardModel.Requires requires, string? fact)
    {
        var needs = requires.When is { } when ? $"a content with {when.JsonText} {(when.Condition.AtLeast is null ? "" : "of ")}{when.Condition.InWords} needs {requires.Condition.InWords}" : $"expected {requires.Condition.InWords}";
        if (fact is null) return $"{requires.JsonText} is not reported by {HostOf(requires)}: {needs}";
        return Meets(requires.Condition, fact) switch
        {
            true => null,
            false => $"{requires.JsonText} is {Shown(fact)} on {HostOf(requires)}: {needs}",
            null => $"{requires.JsonText} is {Shown(fact)} on {HostOf(requires)}, which is not a version: {needs}",
        };
    }

    public static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Beginning of a text, on one line.</summary>
    public static string Shown(string text)
    {
        var line = string.Concat((text.Length <= 60 ? text : text[..59] + "…").Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length == 0 ? "empty" : line;
    }

    private static string HostOf(GuardModel.Requires requires) => requires.Url.Authority;

    /// <returns>Null when a version is asked for and the text is none.</returns>
    private static bool? Meets(Condition condition, string text) => condition.AtLeast is not { } least ? text == condition.EqualTo
        : Versions.Parse(text) is { } version ? Versions.Compare(version, Versions.Parse(least)!) >= 0 : null;
}
