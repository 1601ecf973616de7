namespace Tocsin.Storage;

/// <summary>The one directory in which an embedded install lives. Held by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream hold;

    private DataDirectory(string path, FileStream hold) => (Path, this.hold) = (path, hold);

    public string Path { get; }
    public string Facts => System.IO.Path.Combine(Path, "tocsin.db");
    public string Samples => System.IO.Path.Combine(Path, "samples.db");
    public string Keys => System.IO.Path.Combine(Path, "keys");
    public string Backups => System.IO.Path.Combine(Path, "backups");

    /// <summary>Creates it when missing, readable by its owner only, and takes it.</summary>
    /// <returns>The directory, or who has it and what to do.</returns>
    public static Kernel.Parsed<DataDirectory> Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        FileStream hold;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            hold = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Kernel.Parsed<DataDirectory>.Bad(File.Exists(System.IO.Path.Combine(path, "lock")) && error is IOException
                ? $"another Tocsin{Holder(path)} is using {path}; stop it, or choose another directory with --data"
                : $"the data directory {path} cannot be used: {error.Message}");
        }
        WriteHolder(path);
        return new DataDirectory(path, hold);
    }

    private static void WriteHolder(string path)
    {
        // Only for the message of a second server: a full disk must not keep this one from starting.
        try { File.WriteAllText(System.IO.Path.Combine(path, "pid"), $"{Environment.ProcessId}\n"); }
        catch (IOException) { return; }
    }

    private static string Holder(string path)
    {
        // The lock file itself cannot be read while it is held exclusively; the pid stands beside it.
        try { return $" (process {File.ReadAllText(System.IO.Path.Combine(path, "pid")).Trim()})"; }
        catch (IOException) { return ""; }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) File.Delete(System.IO.Path.Combine(Path, "pid")); // it may have been moved aside
        hold.Dispose();
    }
}
