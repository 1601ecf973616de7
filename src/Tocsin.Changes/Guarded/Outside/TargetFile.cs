using System.Runtime.InteropServices;

namespace Tocsin.Changes.Guarded;

/// <summary>What stands in a target's file.</summary>
/// <param name="Bytes">Null when it cannot be had: <paramref name="Fault"/> says why.</param>
internal sealed record FileContent(byte[]? Bytes, string? Fault)
{
    /// <summary>SHA-256; empty when there is no content.</summary>
    public string Sha { get; } = Bytes is null ? "" : ContentHash.Of(Bytes);
}

/// <summary>A file that is replaced whole: whoever reads it sees the old content or the new one, also after a loss of power.</summary>
internal static class TargetFile
{
    /// <summary>Size and time of change: when they are the same, so is the content, unless it was written within the clock's grain.</summary>
    /// <returns>Null when there is no such file, or it cannot be asked.</returns>
    public static (long Size, DateTimeOffset WrittenAt)? Look(string path)
    {
        try
        {
            var file = new FileInfo(Followed(path));
            return file.Exists ? (file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
        }
        catch (Exception error) when (IsExpected(error)) { return null; }
    }

    public static FileContent Read(string path)
    {
        try
        {
            if (Directory.Exists(path)) return new FileContent(null, $"{path} is a directory");
            using var file = new FileStream(Followed(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // One byte more than allowed is asked for: the file can grow while it is read, and a device tells no length.
            var content = new byte[TargetModel.BytesMax + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= TargetModel.BytesMax ? new FileContent(content[..length], null)
                : new FileContent(null, $"{path} has more than {TargetModel.BytesMax / 1024} KiB");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException) { return new FileContent(null, $"{path} is not there"); }
        catch (Exception error) when (IsExpected(error)) { return new FileContent(null, $"{path} cannot be read: {error.Message}"); }
    }

    /// <summary>Replaces the content, when it is still the expected one. The owner and the rights stay.</summary>
    /// <returns>Why nothing was written; null when the file has the new content, also when it had it before.</returns>
    public static string? Replace(string path, string expectedSha, byte[] content)
    {
        var before = Read(path);
        if (before.Bytes is null) return before.Fault;
        if (before.Sha == ContentHash.Of(content)) return null;
        if (before.Sha != expectedSha) return "somebody changed the file meanwhile; it was left as it is";
        try
        {
            Write(Followed(path), content);
            return null;
        }
        catch (Exception error) when (IsExpected(error)) { return $"{path} cannot be written: {error.Message}"; }
    }

    private static void Write(string path, byte[] content)
    {
        var directory = Path.GetDirectoryName(path)!;
        // Always the same name: what a crash left behind is overwritten, and does not heap up.
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.tocsin");
        File.Delete(temporary);
        try
        {
            var mode = File.GetUnixFileMode(path);
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode & ~SetId }))
            {
                file.Write(content);
                KeepOwner(path, temporary);
                File.SetUnixFileMode(temporary, mode);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            SyncDirectory(directory);
        }
        finally { File.Delete(temporary); }
    }

    private const UnixFileMode SetId = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    private static string Followed(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static bool IsExpected(Exception error) => error is IOException or UnauthorizedAccessException or System.Security.SecurityException;

    private static void KeepOwner(string path, string temporary)
    {
        var (owner, ours) = (OwnerOf(path), OwnerOf(temporary));
        if (owner == ours) return;
        if (ChangeOwner(temporary, owner.User, owner.Group) != 0)
            throw new IOException($"its owner (user {owner.User}, group {owner.Group}) could not be kept: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <remarks>The framework tells no owners. The layout of statx(2) is the same on every processor, unlike that of stat(2).</remarks>
    private static (uint User, uint Group) OwnerOf(string path)
    {
        const int CurrentDirectory = -100, UserAndGroup = 0x8 | 0x10, UserAt = 20, GroupAt = 24;
        var found = new byte[256];
        if (Status(CurrentDirectory, path, 0, UserAndGroup, found) != 0) throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        return (BitConverter.ToUInt32(found, UserAt), BitConverter.ToUInt32(found, GroupAt));
    }

    private static void SyncDirectory(string directory)
    {
        // The framework opens no directories.
        var handle = Open(directory, 0);
        if (handle < 0) throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Sync(handle) != 0) throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally { _ = Close(handle); }
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] found);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
