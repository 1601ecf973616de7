using Tocsin.Kernel;

namespace Tocsin.Init;

/// <summary>The directory that init makes: whole or not at all, and never in the place of another.</summary>
internal static class InitDirectory
{
    private const int ShownMax = 5;

    /// <returns>What is there already and what to do; null when the place is free.</returns>
    public static string? WhyTaken(string directory)
    {
        if (File.Exists(directory)) return $"{directory} is a file; name another directory: tocsin init DIR";
        if (!Directory.Exists(directory)) return null;
        string[] names = [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (names.Length == 0) return $"{directory} is there already and empty; remove it (rmdir {directory}), or name another directory: tocsin init DIR";
        var shown = string.Join(", ", names.Take(ShownMax)) + (names.Length > ShownMax ? $" and {names.Length - ShownMax} more" : "");
        return $"{directory} is there already, with {shown}; nothing is overwritten. "
            + $"To run what is there: tocsin serve --config {directory}. To begin anew, name another directory: tocsin init DIR";
    }

    /// <summary>Writes beside it and renames: whoever looks sees nothing or all of it. Only this user can read it, because addresses
    /// that work as passwords stand in it.</summary>
    public static Parsed<bool> Write(string directory, string fileName, string text)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var parent = Path.GetDirectoryName(target)!;
        var temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.new");
        try
        {
            Directory.CreateDirectory(parent);
            Directory.CreateDirectory(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            WriteFile(Path.Combine(temporary, fileName), text);
            DirectorySync.Run(temporary);
            Directory.Move(temporary, target);
            DirectorySync.Run(parent);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Forget(temporary);
            return Parsed<bool>.Bad($"{directory} cannot be written: {error.Message}");
        }
    }

    private static void WriteFile(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static void Forget(string temporary)
    {
        try { Directory.Delete(temporary, recursive: true); }
        // The first reason is the one that is told.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return; }
    }
}
