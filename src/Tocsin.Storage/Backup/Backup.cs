using Dapper;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Storage;

/// <summary>One file of everything that an embedded install needs to live on elsewhere.</summary>
public static class Backup
{
    /// <summary>Backs up a running server: both databases as of one moment each, keys and configuration.</summary>
    /// <param name="configurationDirectory">Its regular files are taken along; null takes none.</param>
    /// <param name="file">Must not exist; it appears complete and checked, or not at all.</param>
    /// <returns>What it holds, or why there is none.</returns>
    public static async Task<Parsed<BackupManifest>> WriteAsync(
        Database database, DataDirectory data, string? configurationDirectory, string file, TimeProvider clock, CancellationToken cancellation = default)
    {
        file = Path.GetFullPath(file);
        if (!database.IsEmbedded) return Bad("the facts live in PostgreSQL: back that up with pg_dump or its own tools");
        if (File.Exists(file) || Directory.Exists(file)) return Bad($"{file} exists already; choose another name");
        var (parts, partial) = ($"{file}.parts", $"{file}.partial");
        try
        {
            Clear(parts, partial);
            Directory.CreateDirectory(parts, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Collect(data, configurationDirectory, parts);
            var manifest = await DescribeAsync(database, parts, clock.GetUtcNow(), cancellation);
            await BackupArchive.WriteAsync(parts, manifest, partial, cancellation);
            if (await DefectAsync(partial, $"{parts}/check", cancellation) is { } defect) return Bad(defect);
            File.Move(partial, file);
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException or TooMuchException)
        {
            return Bad(error.Message);
        }
        finally
        {
            Clear(parts, partial);
        }
    }

    private static void Collect(DataDirectory data, string? configurationDirectory, string parts)
    {
        CopyDatabase(data.Facts, Path.Combine(parts, BackupArchive.Facts));
        CopyDatabase(data.Samples, Path.Combine(parts, BackupArchive.Samples));
        CopyFiles(data.Keys, Path.Combine(parts, BackupArchive.Keys), SearchOption.TopDirectoryOnly);
        if (configurationDirectory is not null)
        {
            CopyFiles(configurationDirectory, Path.Combine(parts, BackupArchive.Configuration), SearchOption.AllDirectories);
        }
    }

    /// <summary>SQLite's online backup: one consistent snapshot while the server writes on.</summary>
    private static void CopyDatabase(string from, string to)
    {
        using var source = new SqliteFile(from, "FULL").Open(readOnly: true);
        using var target = new SqliteFile(to, "FULL").Open();
        source.BackupDatabase(target);
        // One file: a copy in WAL mode would be three.
        target.Execute("pragma journal_mode=delete");
    }

    private static void CopyFiles(string from, string to, SearchOption depth)
    {
        if (!Directory.Exists(from)) return;
        var files = new DirectoryInfo(from).EnumerateFiles("*", depth).Take(BackupArchive.FilesMax + 1).ToList();
        if (files.Count > BackupArchive.FilesMax) throw new TooMuchException($"{from} holds more than {BackupArchive.FilesMax} files");
        if (files.Find(one => one.Length > BackupArchive.SmallFileMax) is { } large) throw new TooMuchException($"{large.FullName} is larger than 10 MB");
        foreach (var one in files)
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, one.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            one.CopyTo(target);
        }
    }

    private static async Task<BackupManifest> DescribeAsync(Database database, string parts, DateTimeOffset now, CancellationToken cancellation)
    {
        var files = new List<BackupFile>();
        foreach (var path in Directory.EnumerateFiles(parts, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(parts, path).Replace(Path.DirectorySeparatorChar, '/');
            files.Add(new BackupFile(name, new FileInfo(path).Length, await BackupArchive.HashAsync(path, cancellation)));
        }
        using var facts = new SqliteFile(Path.Combine(parts, BackupArchive.Facts), "FULL").Open(readOnly: true);
        var lastSeq = facts.QueryFirst<long>("select coalesce(max(seq), 0) from journal");
        return new BackupManifest(BackupManifest.FormatKnown, database.ProgramVersion, now, lastSeq, database.Owner.Node.Epoch, files);
    }

    /// <summary>Reads the finished archive as a restore would.</summary>
    private static async Task<string?> DefectAsync(string archive, string directory, CancellationToken cancellation)
    {
        var read = await BackupArchive.ExtractAsync(archive, directory, cancellation);
        return read.Error ?? BackupDatabases.Defect(directory);
    }

    private static void Clear(string parts, string partial)
    {
        if (Directory.Exists(parts)) Directory.Delete(parts, recursive: true);
        File.Delete(partial);
    }

    private static Parsed<BackupManifest> Bad(string why) => Parsed<BackupManifest>.Bad(why);

    private sealed class TooMuchException(string what) : Exception(what);
}

/// <summary>The databases of an unpacked backup.</summary>
internal static class BackupDatabases
{
    /// <returns>What SQLite finds wrong with one of them; null when both are whole.</returns>
    public static string? Defect(string directory)
    {
        foreach (var name in (string[])[BackupArchive.Facts, BackupArchive.Samples])
        {
            var path = Path.Combine(directory, name);
            if (!File.Exists(path)) return $"{name} is missing";
            try
            {
                using var connection = new SqliteFile(path, "FULL").Open(readOnly: true);
                var answer = connection.QueryFirst<string>("pragma integrity_check");
                if (answer != "ok") return $"{name} is damaged: {answer}";
            }
            catch (SqliteException error)
            {
                return $"{name} is damaged: {SqliteFailure.InWords(error)}";
            }
        }
        return null;
    }
}
