using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <summary>The reference of all keys in Markdown.</summary>
public static class ConfigReference
{
    /// <summary>One table per top-level key, in the order of the sections.</summary>
    public static string Write(IEnumerable<IConfigSection> sections)
    {
        var text = new StringBuilder(
            """
            # Configuration

            One file, or a directory of `*.yaml` and `*.yml` files that are read together: maps of the same top-level key join, and a key stands
            in one file only. `tocsin validate DIR` names every mistake with file, line and column; `tocsin schema` prints the JSON Schema for
            your editor. The smallest configuration has five lines:

            ```yaml
            public_url: https://tocsin.example.org
            people:
              me: {ntfy: https://ntfy.sh/my-secret-topic}
            services:
              shop: https://shop.example.org
            ```

            Durations are written `500ms`, `30s`, `5m`, `1h30m`, `14d`. A secret is written `${env:NAME}` or `${file:/path}` and read when it is
            used. Names are 1 to 63 of `a-z`, `0-9`, `.`, `_` and `-`, beginning with a letter or digit.

            This page is written by the program from the same statements that its reader uses.

            """);
        foreach (var (_, field) in new ConfigGrammar(sections).Root.Fields) Section(text, field);
        return text.Replace("\r\n", "\n").ToString();
    }

    private static void Section(StringBuilder text, Field field)
    {
        text.Append($"\n## {field.Name}\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
        Rows(text, field.Name, field);
    }

    private static void Rows(StringBuilder text, string path, Field field)
    {
        text.Append($"| `{path}` | {Cell(field.Word)} | {Cell(DefaultOf(field))} | {Cell(field.Meaning)} |\n");
        foreach (var (prefix, inner) in field.Inner)
        {
            var join = prefix.Length == 0 || prefix[0] != '[' ? "." : "";
            Rows(text, $"{path}{join}{prefix}{(prefix.Length > 0 ? "." : "")}{inner.Name}", inner);
        }
    }

    private static string DefaultOf(Field field) =>
        field.IsRequired ? "required" : field.DefaultText is { } written ? $"`{written}`" : field.Otherwise ?? "none";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
