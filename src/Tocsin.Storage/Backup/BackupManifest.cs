using System.Text.Json;

namespace Tocsin.Storage;

/// <summary>What a backup holds; the first file in it.</summary>
/// <param name="Format">Of the archive; this program reads 1.</param>
/// <param name="Version">Program that wrote it.</param>
/// <param name="LastSeq">Greatest seq in its journal; 0 when there is none.</param>
/// <param name="Epoch">Of the server that was running.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset TakenAt, long LastSeq, long Epoch, IReadOnlyList<BackupFile> Files)
{
    internal const string FileName = "manifest.json";
    internal const int FormatKnown = 1;

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <returns>Null when the bytes are no manifest.</returns>
    internal static BackupManifest? Read(byte[] bytes)
    {
        try { return JsonSerializer.Deserialize<BackupManifest>(bytes, JsonSerializerOptions.Web) is { Files: not null } manifest ? manifest : null; }
        catch (JsonException) { return null; }
    }
}

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its path in the archive, such as <c>keys/ack-1.key</c>.</param>
/// <param name="Sha256">Of its content, lower-case hex.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);
