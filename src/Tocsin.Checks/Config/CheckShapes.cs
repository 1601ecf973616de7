using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Checks;

/// <summary>Where something listens.</summary>
/// <param name="Host">Name or address without brackets. 1 to 253 characters.</param>
public sealed record HostPort(string Host, int Port)
{
    public static Shape<string> HostShape { get; } = ConfigShapes.Written("host", "a host name or address such as shop.example.org",
        text => IsHost(text) ? text : Parsed<string>.Bad(""));

    public static Shape<HostPort> Shape(string example) => ConfigShapes.Written("host:port", $"a host and a port such as {example}", Parse);

    /// <summary>Shape: <c>host:port</c>, an IPv6 address in brackets.</summary>
    public static Parsed<HostPort> Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return Parsed<HostPort>.Bad("");
        var host = text[..colon];
        if (host is ['[', .. var inner, ']']) host = inner.Contains(':', StringComparison.Ordinal) ? inner : "";
        else if (host.Contains(':', StringComparison.Ordinal)) return Parsed<HostPort>.Bad("write an IPv6 address in brackets, [2001:db8::1]:443");
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
        {
            return Parsed<HostPort>.Bad("the port is a number from 1 to 65535");
        }
        return IsHost(host) ? new HostPort(host, port) : Parsed<HostPort>.Bad("");
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static bool IsHost(string text) => text.Length is > 0 and <= 253 && Uri.CheckHostName(text) != UriHostNameType.Unknown;
}

/// <summary>Status codes as people write them: <c>200</c> or <c>200-299</c>.</summary>
internal static class StatusRange
{
    public static Shape<(int From, int To)> Shape { get; } =
        ConfigShapes.Written("status", "a status code from 100 to 599 or a range such as 200-299", Parse);

    private static Parsed<(int From, int To)> Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var (first, last) = dash < 0 ? (text, text) : (text[..dash], text[(dash + 1)..]);
        return IsCode(first, out var from) && IsCode(last, out var to) && from <= to ? (from, to) : Parsed<(int, int)>.Bad("");
    }

    private static bool IsCode(string text, out int code) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= 100 and <= 599;
}

/// <summary>Regular expressions that a person writes.</summary>
internal static class Patterns
{
    /// <summary>A pattern that backtracks for longer is a failed expectation, not a stuck probe.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);
    private const int LengthMax = 1_000;

    public static Shape<Regex> Shape { get; } = ConfigShapes.Written("pattern", $"a regular expression of at most {LengthMax} characters such as '^ok$'", Parse);

    private static Parsed<Regex> Parse(string text)
    {
        if (text.Length is 0 or > LengthMax) return Parsed<Regex>.Bad("");
        try { return new Regex(text, RegexOptions.CultureInvariant, MatchTimeout); }
        catch (RegexParseException error) { return Parsed<Regex>.Bad($"the pattern is wrong at character {error.Offset + 1} ({error.Error})"); }
    }
}

/// <summary>What must stand at a JSON path.</summary>
/// <param name="EqualTo">Null: anything.</param>
internal sealed record JsonValue(string? EqualTo)
{
    public static Shape<JsonValue> Shape { get; } = new AnyOrText();

    private sealed class AnyOrText : Shape<JsonValue>
    {
        private const int LengthMax = 1_000;
        public override string Word => "text or nothing";
        public override string Expected => "the text of a JSON value such as ok, or nothing";
        public override System.Text.Json.Nodes.JsonObject Schema() =>
            new() { ["type"] = new System.Text.Json.Nodes.JsonArray("string", "number", "boolean", "null"), ["maxLength"] = LengthMax };

        public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out JsonValue value)
        {
            value = null;
            if (node is not ConfigNode.Scalar { Text.Length: <= LengthMax } scalar)
            {
                context.Unexpected(node, Expected);
                return false;
            }
            value = new JsonValue(scalar.IsNull ? null : scalar.Text);
            return true;
        }
    }
}

/// <summary>A light look at JSON paths; the probe parses them whole.</summary>
internal static class JsonPaths
{
    private const int LengthMax = 200;

    public static string? Fault(string path) =>
        path.Length <= LengthMax && path.StartsWith('$') && path.Length > 1 && path[1] is '.' or '['
        && path.Count(c => c == '[') == path.Count(c => c == ']') && !path.EndsWith('.')
            ? null : "a JSON path such as $.status or $.items[0].name";
}
