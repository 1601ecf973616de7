using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tocsin.Kernel.Facts;

/// <summary>The list of all kinds, and the reading and writing of bodies.</summary>
public static class FactKinds
{
    private static readonly FrozenDictionary<Type, JournalKindAttribute> ByType = typeof(Fact).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Fact)) && !type.IsAbstract)
        .ToFrozenDictionary(type => type, type => type.GetCustomAttribute<JournalKindAttribute>()
            ?? throw new InvalidOperationException($"{type.Name} names no journal kind"));

    private static readonly FrozenDictionary<string, Type> ByKind =
        ByType.ToFrozenDictionary(pair => pair.Value.Kind, pair => pair.Key, StringComparer.Ordinal);

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutColumns } },
    };

    // JsonIgnore on an abstract property does not reach its overrides: the subject and the service would stand twice.
    private static void LeaveOutColumns(JsonTypeInfo type)
    {
        if (!type.Type.IsSubclassOf(typeof(Fact))) return;
        foreach (var property in type.Properties.Where(property => property.AttributeProvider is PropertyInfo
            { Name: nameof(Fact.Subject) or nameof(Fact.OfService) }).ToList())
        {
            type.Properties.Remove(property);
        }
    }

    public static IEnumerable<Type> All => ByType.Keys;
    public static JournalKindAttribute Of(Type type) => ByType[type];
    public static string KindOf<T>() where T : Fact => ByType[typeof(T)].Kind;

    public static string Write(Fact fact) => JsonSerializer.Serialize(fact, fact.GetType(), Json);

    /// <returns>The fact; null when a newer program wrote a kind that this one does not know.</returns>
    public static Fact? Read(string kind, string body) =>
        ByKind.TryGetValue(kind, out var type) ? (Fact?)JsonSerializer.Deserialize(body, type, Json) : null;
}
