using YamlDotNet.Core;

namespace Tocsin.Catalog.Configuration;

/// <summary>Our words for what the parser found; it may quote the text, so its own words are only looked at.</summary>
internal static class YamlErrorText
{
    public const string Unknown = "this is not YAML, expected 'key: value' lines indented by spaces";

    private static readonly (string Part, string Text)[] Known =
    [
        ("quoted scalar", "a quote is opened and not closed as expected; write the closing quote, and '' for a quote inside"),
        ("could not find expected ':'", "a key has no ':', expected 'key: value'"),
        ("mapping values are not allowed", "a second ':' stands in this line, expected one 'key: value' per line; quote a text that contains ': '"),
        ("invalid mapping", "a second ':' stands in this line, expected one 'key: value' per line; quote a text that contains ': '"),
        ("did not find expected key", "expected a key here; the indentation does not fit the lines above"),
        ("expected <block end>", "the indentation does not fit the lines above"),
        ("block collection", "the indentation does not fit the lines above"),
        ("block mapping", "the indentation does not fit the lines above"),
        ("block sequence", "a list item '-' does not fit here; check the indentation"),
        ("flow", "a '[' or '{' is opened and not closed as expected; write the closing bracket and commas between the items"),
        ("cannot start any token", "a character stands here that cannot begin a value; quote the text"),
        ("anchor", "an anchor or alias is not written as expected; quote a text that begins with '&' or '*'"),
        ("alias", "an anchor or alias is not written as expected; quote a text that begins with '&' or '*'"),
        ("tag", "a tag is not written as expected; quote a text that begins with '!'"),
        ("directive", "a line begins with '%', which is a directive in YAML; quote the text"),
        ("document", "expected the file to end here; the indentation does not fit the lines above"),
    ];

    public static string Of(YamlException error)
    {
        foreach (var (part, text) in Known)
        {
            if (error.Message.Contains(part, StringComparison.OrdinalIgnoreCase)) return text;
        }
        return Unknown;
    }
}
