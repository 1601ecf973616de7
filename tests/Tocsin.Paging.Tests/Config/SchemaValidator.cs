using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tocsin.Paging.Tests;

/// <summary>As much of JSON Schema as the published schema uses; an unknown keyword fails, so that nothing is believed unseen.</summary>
internal static class SchemaValidator
{
    private static readonly string[] Annotations = ["$schema", "title", "description", "default"];

    public static IEnumerable<string> Faults(JsonObject schema, JsonNode? value, string path = "$")
    {
        foreach (var (keyword, argument) in schema)
        {
            if (Annotations.Contains(keyword)) continue;
            foreach (var fault in Check(keyword, argument!, schema, value, path)) yield return fault;
        }
    }

    public static IEnumerable<(string Name, JsonObject Schema)> AllProperties(JsonNode? schema) => schema switch
    {
        JsonObject map => (map["properties"] as JsonObject ?? []).Select(property => (property.Key, property.Value!.AsObject()))
            .Concat(map.SelectMany(entry => AllProperties(entry.Value))),
        JsonArray list => list.SelectMany(AllProperties),
        _ => [],
    };

    private static IEnumerable<string> Check(string keyword, JsonNode argument, JsonObject schema, JsonNode? value, string path) => keyword switch
    {
        "type" => Types(argument).Any(type => IsType(type, value)) ? [] : [$"{path} is not {argument.ToJsonString()}"],
        "enum" => argument.AsArray().Any(one => JsonNode.DeepEquals(one, value)) ? [] : [$"{path} is none of {argument.ToJsonString()}"],
        "anyOf" => argument.AsArray().Any(one => !Faults(one!.AsObject(), value, path).Any()) ? [] : [$"{path} fits no alternative"],
        "pattern" => value is JsonValue text && IsType("string", text) && !Regex.IsMatch(text.GetValue<string>(), argument.GetValue<string>()) ? [$"{path} does not match"] : [],
        "minimum" => IsType("number", value) && Number(value) < Number(argument) ? [$"{path} is too small"] : [],
        "maximum" => IsType("number", value) && Number(value) > Number(argument) ? [$"{path} is too large"] : [],
        "minLength" => IsType("string", value) && value!.GetValue<string>().Length < Number(argument) ? [$"{path} is too short"] : [],
        "maxLength" => IsType("string", value) && value!.GetValue<string>().Length > Number(argument) ? [$"{path} is too long"] : [],
        "maxItems" => value is JsonArray items && items.Count > Number(argument) ? [$"{path} has too many items"] : [],
        "maxProperties" => value is JsonObject map && map.Count > Number(argument) ? [$"{path} has too many keys"] : [],
        "required" => value is JsonObject map ? argument.AsArray().Where(name => !map.ContainsKey(name!.GetValue<string>())).Select(name => $"{path} lacks {name}") : [],
        "items" => value is JsonArray list ? list.SelectMany((item, i) => Faults(argument.AsObject(), item, $"{path}[{i}]")) : [],
        "properties" => value is JsonObject map
            ? map.Where(entry => argument[entry.Key] is not null).SelectMany(entry => Faults(argument[entry.Key]!.AsObject(), entry.Value, $"{path}.{entry.Key}")) : [],
        "additionalProperties" => value is JsonObject map
            ? map.Where(entry => schema["properties"]?[entry.Key] is null).SelectMany(entry => argument is JsonObject any
                ? Faults(any, entry.Value, $"{path}.{entry.Key}") : [$"{path} has the unknown key {entry.Key}"]) : [],
        _ => throw new InvalidOperationException($"the schema uses {keyword}, which this validator does not know"),
    };

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsType(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && Number(value) % 1 == 0,
        _ => throw new InvalidOperationException(type),
    };

    private static decimal Number(JsonNode? value) => decimal.Parse(value!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
