using System.Runtime.InteropServices;

namespace Tocsin.Kernel;

/// <summary>Waits until the names in a directory are on the disk: a file that was synced and renamed can still lose its name with
/// the power.</summary>
public static class DirectorySync
{
    private const int ReadOnly = 0; // O_RDONLY of open(2)

    /// <exception cref="IOException">The directory cannot be opened, or the disk did not take it.</exception>
    public static void Run(string directory)
    {
        // The framework opens no directories.
        var handle = Open(directory, ReadOnly);
        if (handle < 0) throw Failure(directory);
        try
        {
            if (Sync(handle) != 0) throw Failure(directory);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure(string directory) => new($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
