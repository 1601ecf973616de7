using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Storage;

/// <summary>What a restore did.</summary>
/// <param name="HeldIntents">Unsent intents that wait for a person; see <see cref="Kernel.Ports.IHeldIntents"/>.</param>
/// <param name="MovedAside">Where the directory that was there is now; null when there was none.</param>
/// <param name="Configuration">Where the configuration files of the backup are; null when it had none.</param>
public sealed record RestoreReport(BackupManifest Manifest, long SeqBefore, long SeqAfter, int HeldIntents, string? MovedAside, string? Configuration);

/// <summary>Makes a data directory out of a backup, such that yesterday's pages are not sent today.</summary>
public static class Restoration
{
    private const string Unpacked = "restoring";

    /// <summary>Far more than a server appends between two backups: a seq that was told to anybody is never given twice.</summary>
    private const long SeqAhead = 1_000_000;

    /// <summary>The same for numbers that people have seen (incidents, pages) and receivers know as idempotency keys.</summary>
    private const long NumbersAhead = 10_000;

    /// <summary>Restores into a data directory that no server uses.</summary>
    /// <param name="moveAside">What the directory holds is moved beside it; otherwise it must be empty.</param>
    /// <param name="alsoHold">Statements by which modules stop what would make new intents by itself, such as running escalations.</param>
    /// <returns>What was done, or why nothing was.</returns>
    public static async Task<Parsed<RestoreReport>> RestoreAsync(
        string file, string dataPath, bool moveAside, IReadOnlyList<string> alsoHold, TimeProvider clock, CancellationToken cancellation = default)
    {
        dataPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataPath));
        if (!File.Exists(file)) return Bad($"there is no file {file}");
        // Within a directory that is there and empty: it may be a volume of its own, out of which nothing can be renamed.
        var unpacked = Directory.Exists(dataPath) && IsEmpty(dataPath) ? Path.Combine(dataPath, Unpacked) : $"{dataPath}.{Unpacked}";
        try
        {
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
            Directory.CreateDirectory(unpacked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (!(await BackupArchive.ExtractAsync(file, unpacked, cancellation)).TryGet(out var manifest, out var error)) return Bad(error);
            if (BackupDatabases.Defect(unpacked) is { } defect) return Bad($"the backup cannot be used: {defect}");
            if (!MakeRoom(dataPath, moveAside, clock.GetUtcNow()).TryGet(out var movedAside, out error)) return Bad(error);
            using var data = DataDirectory.Take(dataPath).Value;
            var (before, after, held) = Prepare(Path.Combine(unpacked, BackupArchive.Facts), manifest, alsoHold, clock.GetUtcNow());
            var configuration = PutInPlace(unpacked, data);
            return new RestoreReport(manifest, before, after, held, movedAside.Length > 0 ? movedAside : null, configuration);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException)
        {
            return Bad(error.Message);
        }
        finally
        {
            if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        }
    }

    /// <returns>Where the old directory is now; empty when there was none; an error when it must stay.</returns>
    private static Parsed<string> MakeRoom(string dataPath, bool moveAside, DateTimeOffset now)
    {
        if (!Directory.Exists(dataPath)) return "";
        if (!DataDirectory.Take(dataPath).TryGet(out var old, out var error)) return Parsed<string>.Bad(error);
        using (old)
        {
            if (IsEmpty(dataPath)) return "";
            if (!moveAside) return Parsed<string>.Bad($"{dataPath} is not empty; move it away, or let the restore move it aside");
            var aside = string.Create(CultureInfo.InvariantCulture, $"{dataPath}.before-restore-{now:yyyyMMdd'T'HHmmss'Z'}");
            Directory.Move(dataPath, aside); // still held: no server can begin in it meanwhile
            return aside;
        }
    }

    private static bool IsEmpty(string dataPath) =>
        Directory.EnumerateFileSystemEntries(dataPath).All(path => Path.GetFileName(path) is "lock" or "pid" or Unpacked);

    private static (long Before, long After, int Held) Prepare(
        string facts, BackupManifest manifest, IReadOnlyList<string> alsoHold, DateTimeOffset now)
    {
        using var connection = new SqliteFile(facts, "FULL").Open();
        connection.Execute("begin immediate");
        var before = connection.QueryFirst<long>("select coalesce((select seq from sqlite_sequence where name = 'journal'), 0)");
        connection.Execute("update sqlite_sequence set seq = seq + @NumbersAhead where name not in ('journal', 'ledger')", new { NumbersAhead });
        connection.Execute("delete from sqlite_sequence where name = 'journal'");
        connection.Execute("insert into sqlite_sequence (name, seq) values ('journal', @seq)", new { seq = before + SeqAhead });
        var held = connection.Execute("update ledger set state = 'held', leased_by = null, leased_until = null where state in ('due', 'leased')");
        foreach (var statement in alsoHold) connection.Execute(statement);
        var fact = new ServerRestored(manifest.TakenAt, before, before + SeqAhead, held);
        var entries = new UnitEntries();
        entries.Add(fact, now, Actor.Tocsin, default);
        connection.Execute("""
            insert into journal (at, kind, v, subject, service, actor, cause, body) values (@At, @Kind, @V, @Subject, @Service, @Actor, @Cause, @Body)
            """, entries.Row(0, _ => 0));
        connection.Execute("commit");
        connection.Execute("pragma wal_checkpoint(truncate)");
        return (before, before + SeqAhead, held);
    }

    /// <summary>The facts last: a directory in which they stand is a whole one.</summary>
    private static string? PutInPlace(string unpacked, DataDirectory data)
    {
        var (keys, configuration) = (Path.Combine(unpacked, BackupArchive.Keys), Path.Combine(unpacked, BackupArchive.Configuration));
        string? configurationNow = null;
        if (Directory.Exists(keys)) Directory.Move(keys, data.Keys);
        if (Directory.Exists(configuration))
        {
            configurationNow = Path.Combine(data.Path, "restored-configuration");
            Directory.Move(configuration, configurationNow);
        }
        File.Move(Path.Combine(unpacked, BackupArchive.Samples), data.Samples);
        File.Move(Path.Combine(unpacked, BackupArchive.Facts), data.Facts);
        return configurationNow;
    }

    private static Parsed<RestoreReport> Bad(string why) => Parsed<RestoreReport>.Bad(why);
}
