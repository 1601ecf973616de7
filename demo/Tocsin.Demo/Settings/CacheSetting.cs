using System.Globalization;
using System.Text.Json;

namespace Tocsin.Demo.Settings;

/// <summary>How much the cache keeps. Shape of the file: <c>{"bound": 128}</c>; null or left out is no bound, which is correct syntax
/// and a mistake: to refuse it is the business of whoever guards the change.</summary>
/// <param name="Bound">Entries, 1 to <see cref="BoundMax"/>; null for no bound.</param>
internal sealed record CacheSetting(int? Bound)
{
    public const string FileName = "cache.json";
    public const int BoundMax = 10_000;
    public static readonly CacheSetting First = new(128);

    public string ToJson() => $$"""{"bound": {{Bound?.ToString(CultureInfo.InvariantCulture) ?? "null"}}}""" + "\n";

    /// <returns>The setting, or null and what is wrong with the file.</returns>
    public static (CacheSetting? Value, string Problem) Parse(ReadOnlyMemory<byte> file) => SettingJson.Read(file, "bound", bound => bound switch
    {
        null or { ValueKind: JsonValueKind.Null } => (new CacheSetting(Bound: null), ""),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var given) && given is >= 1 and <= BoundMax => (new CacheSetting(given), ""),
        _ => (null, string.Create(CultureInfo.InvariantCulture, $"bound must be a whole number from 1 to {BoundMax}, or null")),
    });
}
