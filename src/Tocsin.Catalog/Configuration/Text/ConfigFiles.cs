using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <param name="Name">As it stands in messages: the path as given, and the file's name in it.</param>
internal sealed record ConfigFile(string Name, string Text);

/// <summary>Finds and reads the files of a configuration, within limits.</summary>
internal static class ConfigFiles
{
    public const int FilesMax = 256;
    public const long FileBytesMax = 1_000_000;
    public const long AllBytesMax = 5_000_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="path">A file, or a directory whose <c>*.yaml</c> and <c>*.yml</c> files are read in the order of their names; hidden
    /// files and directories inside are not.</param>
    /// <returns>The files that could be read; what could not is in the diagnostics.</returns>
    public static IReadOnlyList<ConfigFile> Read(string path, DiagnosticList diagnostics)
    {
        try
        {
            var names = Find(path, diagnostics);
            var files = new List<ConfigFile>();
            var bytes = 0L;
            foreach (var name in names)
            {
                if (ReadBytes(name, diagnostics) is not { } content) continue;
                bytes += content.Length;
                if (bytes > AllBytesMax)
                {
                    diagnostics.Error(Place.StartOf(name), $"all files up to this one have {Megabytes(bytes)}, expected at most {Megabytes(AllBytesMax)} together");
                    break;
                }
                if (Decode(name, content, diagnostics) is { } text) files.Add(new ConfigFile(name, text));
            }
            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(Place.StartOf(path), $"the configuration cannot be read: {error.Message}");
            return [];
        }
    }

    /// <summary>The files as they are now: names, sizes and times of change.</summary>
    /// <returns>A text that differs when a file was added, removed or written; empty when nothing can be seen.</returns>
    public static string Signature(string path)
    {
        try
        {
            return string.Join('\n', Find(path, new DiagnosticList())
                .Select(name => new FileInfo(name))
                .Select(file => new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName))
                .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] Find(string path, DiagnosticList diagnostics)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path))
        {
            diagnostics.Error(Place.StartOf(path), "there is no such file or directory, expected a directory with *.yaml files or one file");
            return [];
        }
        string[] names = [.. Directory.EnumerateFiles(path)
            .Where(name => Path.GetExtension(name) is ".yaml" or ".yml" && Path.GetFileName(name)[0] != '.')
            .Order(StringComparer.Ordinal)];
        if (names.Length is > 0 and <= FilesMax) return names;
        diagnostics.Error(Place.StartOf(path), names.Length == 0
            ? "the directory has no *.yaml or *.yml file, expected at least one"
            : $"the directory has {names.Length} files, expected at most {FilesMax}");
        return [];
    }

    private static byte[]? ReadBytes(string name, DiagnosticList diagnostics)
    {
        using var file = File.OpenRead(name);
        if (file.Length > FileBytesMax)
        {
            diagnostics.Error(Place.StartOf(name), $"the file has {Megabytes(file.Length)}, expected at most {Megabytes(FileBytesMax)}; split it into several files");
            return null;
        }
        // One byte more than allowed is asked for: the file can grow while it is read, and a device tells no length.
        var content = new byte[FileBytesMax + 1];
        var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (length <= FileBytesMax) return content[..length];
        diagnostics.Error(Place.StartOf(name), $"the file has more than {Megabytes(FileBytesMax)}, expected at most that; split it into several files");
        return null;
    }

    private static string? Decode(string name, byte[] content, DiagnosticList diagnostics)
    {
        try
        {
            var text = Strict.GetString(content);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException error)
        {
            var before = content.AsSpan(0, Math.Clamp(error.Index, 0, content.Length));
            var place = new Place(name, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            diagnostics.Error(place, "a byte here is not UTF-8, expected text in UTF-8");
            return null;
        }
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:0.#} MB";
}
