using System.Text.Json.Serialization;

namespace Tocsin.Demo.Roles;

/// <param name="Id">Shape: 1 to 40 of a-z, 0-9 and hyphen, unique.</param>
/// <param name="PriceCents">At least 0.</param>
/// <param name="Hue">Colour of its picture, 0 to 359.</param>
internal sealed record Product(string Id, string Name, string Blurb, int PriceCents, int Hue);

/// <summary>The table as it stands in the file.</summary>
internal sealed record ProductTableRows(Product[] Products);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProductTableRows))]
[JsonSerializable(typeof(Mail.ReceivedMail[]))]
internal sealed partial class DemoJson : JsonSerializerContext;
