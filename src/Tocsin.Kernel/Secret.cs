using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tocsin.Kernel;

/// <summary>Something that must not be seen: prints and serializes as <c>***</c>. Ask for it by <see cref="Reveal"/>.</summary>
[JsonConverter(typeof(SecretConverter))]
public sealed class Secret(string value)
{
    public string Reveal() => value;
    public override string ToString() => "***";
}

internal sealed class SecretConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("a secret is never read from stored JSON");
    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue("***");
}
