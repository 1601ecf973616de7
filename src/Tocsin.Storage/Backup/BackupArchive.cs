using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Tocsin.Kernel;

namespace Tocsin.Storage;

/// <summary>The one file of a backup: a compressed tar with the manifest first. What is read is not trusted.</summary>
internal static class BackupArchive
{
    public const string Facts = "tocsin.db", Samples = "samples.db", Keys = "keys", Configuration = "configuration";
    public const int FilesMax = 2_000;
    public const long SmallFileMax = 10 << 20;
    private const long ManifestMax = 1 << 20;

    /// <summary>Writes the files of a directory and their manifest. Readable by the owner only: it holds keys.</summary>
    public static async Task WriteAsync(string directory, BackupManifest manifest, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using (var compressed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(compressed))
        {
            using var first = new MemoryStream(manifest.Write());
            await WriteOneAsync(tar, BackupManifest.FileName, first, manifest.TakenAt, cancellation);
            foreach (var entry in manifest.Files)
            {
                await using var content = File.OpenRead(Path.Combine(directory, entry.Name));
                await WriteOneAsync(tar, entry.Name, content, manifest.TakenAt, cancellation);
            }
        }
        file.Flush(flushToDisk: true);
    }

    private static Task WriteOneAsync(TarWriter tar, string name, Stream content, DateTimeOffset at, CancellationToken cancellation) =>
        tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            ModificationTime = at,
        }, cancellation);

    /// <summary>Unpacks into a directory, checking every name, length and hash against the manifest.</summary>
    /// <returns>The manifest, or what is wrong with the file.</returns>
    public static async Task<Parsed<BackupManifest>> ExtractAsync(string path, string directory, CancellationToken cancellation)
    {
        try
        {
            if (!await IsWholeAsync(path, cancellation)) return Bad("it is damaged or not a backup");
            await using var file = File.OpenRead(path);
            await using var compressed = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(compressed);
            return await ExtractAsync(tar, directory, cancellation);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            return Bad("it is damaged or not a backup");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Bad(error.Message);
        }
    }

    /// <summary>Reads it to its end and compares checksum and length of the whole (RFC 1952, 2.3.1): GZipStream compares neither.</summary>
    private static async Task<bool> IsWholeAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        if (file.Length < 18) return false;
        var (crc, length) = (uint.MaxValue, 0L);
        await using (var compressed = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true))
        {
            var buffer = new byte[81_920];
            while (await compressed.ReadAsync(buffer, cancellation) is var read and > 0)
            {
                length += read;
                foreach (var octet in buffer.AsSpan(0, read)) crc = CrcTable[(crc ^ octet) & 0xFF] ^ (crc >> 8);
            }
        }
        var stated = new byte[8];
        file.Seek(-8, SeekOrigin.End);
        await file.ReadExactlyAsync(stated, cancellation);
        return BinaryPrimitives.ReadUInt32LittleEndian(stated) == ~crc
            && BinaryPrimitives.ReadUInt32LittleEndian(stated.AsSpan(4)) == unchecked((uint)length);
    }

    /// <summary>CRC-32 with the polynomial of RFC 1952, section 8.</summary>
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(index =>
        Enumerable.Range(0, 8).Aggregate((uint)index, (value, _) => (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1))];

    private static async Task<Parsed<BackupManifest>> ExtractAsync(TarReader tar, string directory, CancellationToken cancellation)
    {
        if (await ManifestAsync(tar, cancellation) is not { } manifest) return Bad("it does not begin with a manifest");
        if (manifest.Format != BackupManifest.FormatKnown) return Bad($"Tocsin {manifest.Version} wrote it in a newer format");
        if (manifest.Files.FirstOrDefault(entry => !IsAllowed(entry)) is { } strange) return Bad($"it names a file that no backup has: {strange.Name}");
        var missing = manifest.Files.Take(FilesMax).DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        if (missing.Count != manifest.Files.Count) return Bad("it names a file twice or too many files");
        while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            if (entry.EntryType != TarEntryType.RegularFile || !missing.Remove(entry.Name, out var expected) || entry.Length != expected.Bytes)
            {
                return Bad($"it holds what its manifest does not name: {entry.Name}");
            }
            var target = Path.Combine(directory, entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await CopyAsync(entry, target, cancellation);
            if (await HashAsync(target, cancellation) != expected.Sha256) return Bad($"{entry.Name} is damaged");
        }
        return missing.Count == 0 ? manifest : Bad($"{missing.Keys.First()} is missing");
    }

    private static async Task<BackupManifest?> ManifestAsync(TarReader tar, CancellationToken cancellation)
    {
        if (await tar.GetNextEntryAsync(copyData: false, cancellation) is not
            { EntryType: TarEntryType.RegularFile, Name: BackupManifest.FileName, Length: <= ManifestMax, DataStream: { } content }) return null;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellation);
        return BackupManifest.Read(bytes.ToArray());
    }

    private static async Task CopyAsync(TarEntry entry, string target, CancellationToken cancellation)
    {
        await using var file = new FileStream(target, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        if (entry.DataStream is { } content) await content.CopyToAsync(file, cancellation);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The two databases, keys, and configuration files by plain names: nothing that leads elsewhere.</summary>
    private static bool IsAllowed(BackupFile file)
    {
        if (file is not { Name.Length: > 0 and <= 300, Bytes: >= 0, Sha256: not null }) return false;
        if (file.Name is Facts or Samples) return true;
        var parts = file.Name.Split('/');
        return file.Bytes <= SmallFileMax && parts.Length is >= 2 and <= 10
            && (parts[0] == Configuration || (parts[0] == Keys && parts.Length == 2))
            && parts.All(part => part.Length > 0 && part is not ("." or "..") && !part.Contains('\\', StringComparison.Ordinal) && !part.Any(char.IsControl));
    }

    public static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    private static Parsed<BackupManifest> Bad(string why) => Parsed<BackupManifest>.Bad($"the backup cannot be used: {why}");
}
