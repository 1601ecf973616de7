using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>One file of the configuration, to be replaced whole or not at all.</summary>
internal static class EditedFile
{
    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <returns>The text without its byte order mark, or why it cannot be read.</returns>
    public static Parsed<string> Read(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return Parsed<string>.Bad($"{path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Tries what <see cref="Replace"/> will do, without doing it.</summary>
    /// <returns>Why the file cannot be replaced; null when it can.</returns>
    public static string? WhyFixed(string path)
    {
        try
        {
            var target = TargetOf(path);
            File.OpenWrite(target).Dispose();
            var trial = TemporaryOf(target);
            File.Create(trial).Dispose();
            File.Delete(trial);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>Writes beside it, waits for the disk, and renames: whoever reads sees the old text or the new one.</summary>
    /// <returns>True, or why nothing was changed.</returns>
    public static Parsed<bool> Replace(string path, string text)
    {
        string? temporary = null;
        try
        {
            var target = TargetOf(path);
            temporary = TemporaryOf(target);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = File.GetUnixFileMode(target) };
            using (var file = new FileStream(temporary, options))
            {
                if (File.ReadAllBytes(target).AsSpan().StartsWith(Mark)) file.Write(Mark);
                file.Write(Plain.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
            DirectorySync.Run(Path.GetDirectoryName(target)!);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (temporary is not null) Forget(temporary);
            return Parsed<bool>.Bad(error.Message);
        }
    }

    private static void Forget(string temporary)
    {
        try { File.Delete(temporary); }
        // It is hidden from the reader of the configuration, and the reason that is told already is the one that counts.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return; }
    }

    private static string Decode(byte[] bytes) => Plain.GetString(bytes.AsSpan().StartsWith(Mark) ? bytes.AsSpan(Mark.Length) : bytes);

    // A link stays a link: what it leads to is replaced.
    private static string TargetOf(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    /// <summary>Hidden, and without the extension that the reader looks for.</summary>
    private static string TemporaryOf(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.new");
}
