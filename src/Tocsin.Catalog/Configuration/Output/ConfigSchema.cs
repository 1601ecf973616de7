using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tocsin.Catalog.Configuration;

/// <summary>The JSON Schema of the configuration, for editors.</summary>
public static class ConfigSchema
{
    // The text is read by people and editors, never put into HTML.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>JSON Schema, draft 2020-12.</returns>
    public static string Write(IEnumerable<IConfigSection> sections)
    {
        var schema = new ConfigGrammar(sections).Root.Schema();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Configuration of Tocsin");
        return schema.ToJsonString(Indented) + "\n";
    }
}
