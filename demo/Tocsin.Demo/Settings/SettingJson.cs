using System.Globalization;
using System.Text.Json;

namespace Tocsin.Demo.Settings;

/// <summary>Reads a file that holds one JSON object with at most one, known member.</summary>
internal static class SettingJson
{
    public const int FileBytesMax = 4096;

    /// <returns>What the file holds, at most one byte more than is allowed; or null and why it cannot be read.</returns>
    public static (byte[]? Bytes, string Problem) ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[FileBytesMax + 1];
            return (bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)], "");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return (null, $"cannot be read: {error.Message}"); }
    }

    /// <param name="read">Judges the member; gets null when it is not there.</param>
    public static (T? Value, string Problem) Read<T>(
        ReadOnlyMemory<byte> file, string member, Func<JsonElement?, (T? Value, string Problem)> read) where T : class
    {
        if (file.Length > FileBytesMax) return (null, string.Create(CultureInfo.InvariantCulture, $"the file is longer than {FileBytesMax} bytes"));
        try
        {
            using var document = JsonDocument.Parse(file);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, $$"""expected an object such as {"{{member}}": 1}""");
            JsonElement? given = null;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name != member) return (null, $"'{Shown(property.Name)}' is not known; known is {member}");
                if (given is not null) return (null, $"{member} is given twice");
                given = property.Value;
            }
            return read(given);
        }
        catch (JsonException error)
        {
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}"));
        }
    }

    private static string Shown(string name) => name.Length <= 40 ? name : name[..39] + "…";
}
