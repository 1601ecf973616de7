using System.Text.Json;

namespace Tocsin.Demo.Settings;

/// <summary>Which version of the api is on this host. Shape of the file: <c>{"version": 1}</c> or 2.</summary>
/// <param name="Version">1 is complete in itself. 2 asks an authentication service, which must be on the same host.</param>
internal sealed record ApiRelease(int Version)
{
    public const string FileName = "api-release.json";
    public static readonly ApiRelease First = new(1);

    public string ToJson() => $$"""{"version": {{Version}}}""" + "\n";

    /// <returns>The release, or null and what is wrong with the file.</returns>
    public static (ApiRelease? Value, string Problem) Parse(ReadOnlyMemory<byte> file) => SettingJson.Read(file, "version", version =>
        version is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var given) && given is 1 or 2
            ? (new ApiRelease(given), "") : (null, "version must be 1 or 2"));
}
