using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Dapper;

namespace Tocsin.Storage.Postgres;

/// <summary>Text as PostgreSQL can hold it: UTF-8 without NUL. SQLite takes anything, so modules do not know the difference.</summary>
/// <remarks>What cannot be held becomes U+FFFD: what a person wrote is kept but for that, instead of being refused as a bug.</remarks>
internal static class PostgresText
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    /// <returns>The same object, or parameters of the same names when a text in it cannot be held.</returns>
    public static object? Storable(object? args)
    {
        if (args is null or DynamicParameters) return args;
        var members = Members.GetOrAdd(args.GetType(), static type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        if (!members.Any(member => member.PropertyType == typeof(string) && member.GetValue(args) is string text && !IsHeld(text))) return args;
        return new DynamicParameters(members.ToDictionary(member => member.Name,
            member => member.GetValue(args) is var value && value is string text ? Held(text) : value));
    }

    private static bool IsHeld(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) return false;
        for (var index = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); index >= 0 && index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index])) continue;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1])) return false;
            index++;
        }
        return true;
    }

    private static string Held(string text)
    {
        var held = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) held.Append(rune.Value == 0 ? Rune.ReplacementChar : rune); // half a pair is read as U+FFFD
        return held.ToString();
    }
}
