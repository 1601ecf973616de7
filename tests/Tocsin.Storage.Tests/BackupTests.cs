using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

public sealed class BackupTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string directory = Directory.CreateTempSubdirectory("tocsin-backup-").FullName;
    private readonly Testing.FakeClock clock = new(Noon);
    private DataDirectory data = null!;
    private Database database = null!;

    private string File_ => Path.Combine(directory, "backup.tar.gz");
    private string Target => Path.Combine(directory, "restored");
    private string Configuration => Path.Combine(directory, "configuration");

    public async Task InitializeAsync()
    {
        data = DataDirectory.Take(Path.Combine(directory, "data")).Value;
        database = Database.OpenSqlite(data, [], "0.1.0", clock);
        Directory.CreateDirectory(data.Keys);
        await File.WriteAllTextAsync(Path.Combine(data.Keys, "ack-1.key"), "secret");
        Directory.CreateDirectory(Path.Combine(Configuration, "more"));
        await File.WriteAllTextAsync(Path.Combine(Configuration, "tocsin.yaml"), "services: {}");
        await File.WriteAllTextAsync(Path.Combine(Configuration, "more", "people.yaml"), "people: {}");
        for (var number = 1; number <= 3; number++) await WriteAsync(number);
        await database.Facts.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("update ledger set state = 'delivered' where idempotency_key = 'k1'");
            await tx.ExecuteAsync("update ledger set state = 'leased', leased_by = 1, leased_until = 9 where idempotency_key = 'k2'");
        });
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        data.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private Task WriteAsync(int number) => database.Facts.WriteAsync(async tx =>
    {
        await tx.EnqueueAsync(new Intent("mail", $"k{number}", new Subject($"page/{number}"), "{}", Noon, true));
        tx.Append(new ConfigApplied($"r{number}", null, "", 0, 0), Noon, Actor.Tocsin);
    });

    private Task<Parsed<BackupManifest>> BackUpAsync() => Backup.WriteAsync(database, data, Configuration, File_, clock);

    private Task<Parsed<RestoreReport>> RestoreAsync(string? target = null, bool moveAside = false) =>
        Restoration.RestoreAsync(File_, target ?? Target, moveAside, [], clock);

    [Fact]
    public async Task WriteAsync_WhileTheServerWrites_HoldsEverythingOfOneMoment()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var number = 100; !stop.IsCancellationRequested; number++) await WriteAsync(number);
        });
        var manifest = (await BackUpAsync()).Value;
        await stop.CancelAsync();
        await writing;
        (manifest.Version, manifest.TakenAt, manifest.Epoch).ShouldBe(("0.1.0", Noon, database.Owner.Node.Epoch));
        manifest.Files.Select(file => file.Name).ShouldBe(
            ["configuration/more/people.yaml", "configuration/tocsin.yaml", "keys/ack-1.key", "samples.db", "tocsin.db"]);
        File.GetUnixFileMode(File_).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).ShouldBe(["data", "configuration", "backup.tar.gz"], ignoreOrder: true);

        var report = (await RestoreAsync()).Value;
        report.SeqBefore.ShouldBe(manifest.LastSeq);
        using var restored = DataDirectory.Take(Target).Value;
        await using var opened = Database.OpenSqlite(restored, [], "0.1.0", clock);
        var facts = (await new JournalTable(opened.Facts).ReadAsync(new JournalQuery(Limit: 10_000))).Count(entry => entry.Fact is ConfigApplied);
        (await opened.Facts.FirstAsync<long>("select count(*) from ledger")).ShouldBe(facts);
    }

    [Fact]
    public async Task RestoreAsync_UnsentIntents_AreHeldAndNumbersMoveAhead()
    {
        await BackUpAsync();
        var report = (await RestoreAsync()).Value;
        report.HeldIntents.ShouldBe(2);
        report.SeqAfter.ShouldBe(report.SeqBefore + 1_000_000);
        using var restored = DataDirectory.Take(Target).Value;
        await using var opened = Database.OpenSqlite(restored, [], "0.1.0", clock);
        (await opened.Facts.QueryAsync<string>("select idempotency_key || ' ' || state from ledger order by id"))
            .ShouldBe(["k1 delivered", "k2 held", "k3 held"]);
        (await new DeliveryLedger(opened.Facts, clock).StateAsync()).ShouldBe(new LedgerState(0, 0, 2, 0, null));
        var last = (await new JournalTable(opened.Facts).ReadAsync(new JournalQuery(Descending: true, Limit: 1))).Single();
        last.Seq.ShouldBe(report.SeqAfter + 1);
        last.Fact.ShouldBe(new ServerRestored(Noon, report.SeqBefore, report.SeqAfter, 2));
        File.ReadAllText(Path.Combine(restored.Keys, "ack-1.key")).ShouldBe("secret");
        File.ReadAllText(Path.Combine(report.Configuration!, "more", "people.yaml")).ShouldBe("people: {}");
    }

    [Fact]
    public async Task RestoreAsync_ModulesThatWouldSendByThemselves_AreStopped()
    {
        await BackUpAsync();
        (await Restoration.RestoreAsync(File_, Target, false, ["update ledger set outcome = 'stopped' where state = 'held'"], clock)).IsValid.ShouldBeTrue();
        using var restored = DataDirectory.Take(Target).Value;
        await using var opened = Database.OpenSqlite(restored, [], "0.1.0", clock);
        (await opened.Facts.FirstAsync<long>("select count(*) from ledger where outcome = 'stopped'")).ShouldBe(2);
    }

    [Fact]
    public async Task RestoreAsync_EmptyDirectory_IsFilled()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Target);
        (await RestoreAsync()).IsValid.ShouldBeTrue();
        Directory.GetFileSystemEntries(Target).Select(Path.GetFileName)
            .ShouldBe(["tocsin.db", "samples.db", "keys", "restored-configuration", "lock"], ignoreOrder: true);
    }

    [Fact]
    public async Task RestoreAsync_RunningServer_IsRefused()
    {
        await BackUpAsync();
        (await RestoreAsync(data.Path, moveAside: true)).Error.ShouldStartWith("another Tocsin (process ");
        await WriteAsync(50); // nothing was touched
    }

    [Fact]
    public async Task RestoreAsync_DirectoryInUse_IsRefusedOrMovedAside()
    {
        await BackUpAsync();
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "tocsin.db"), "mine");
        (await RestoreAsync()).Error.ShouldBe($"{Target} is not empty; move it away, or let the restore move it aside");
        File.ReadAllText(Path.Combine(Target, "tocsin.db")).ShouldBe("mine");
        var report = (await RestoreAsync(moveAside: true)).Value;
        File.ReadAllText(Path.Combine(report.MovedAside!, "tocsin.db")).ShouldBe("mine");
        using var restored = DataDirectory.Take(Target).Value;
        await using var opened = Database.OpenSqlite(restored, [], "0.1.0", clock);
    }

    [Fact]
    public async Task WriteAsync_FileThatExists_IsRefusedAndLeftAlone()
    {
        await File.WriteAllTextAsync(File_, "mine");
        (await BackUpAsync()).Error.ShouldEndWith("exists already; choose another name");
        File.ReadAllText(File_).ShouldBe("mine");
    }

    [Fact]
    public async Task RestoreAsync_DamagedFile_IsRefusedWhereverItIsDamaged()
    {
        await BackUpAsync();
        var whole = await File.ReadAllBytesAsync(File_);
        var random = new Random(5);
        for (var run = 0; run < 40; run++)
        {
            var damaged = whole.ToArray();
            if (run % 2 == 0) damaged = damaged[..random.Next(damaged.Length - 20)];
            else damaged[random.Next(20, damaged.Length - 8)] ^= 0x55;
            if (Unpacked(damaged) is { } same && same.AsSpan().SequenceEqual(Unpacked(whole))) continue; // a bit that means nothing
            await File.WriteAllBytesAsync(File_, damaged);
            (await RestoreAsync()).Error.ShouldNotBeNull().ShouldStartWith("the backup cannot be used: ");
            Directory.Exists(Target).ShouldBeFalse();
        }
    }

    /// <returns>The bytes that were compressed; null when they cannot be had.</returns>
    private static byte[]? Unpacked(byte[] compressed)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return unpacked.ToArray();
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/outside")]
    [InlineData("keys/../../outside")]
    [InlineData("keys/a/b")]
    [InlineData("lock")]
    [InlineData("configuration/./x")]
    public async Task RestoreAsync_NameThatLeadsElsewhere_IsRefused(string name)
    {
        await PackAsync(name, TarEntryType.RegularFile);
        (await RestoreAsync()).Error.ShouldBe($"the backup cannot be used: it names a file that no backup has: {name}");
        Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).ShouldBe(["data", "configuration", "backup.tar.gz"], ignoreOrder: true);
    }

    [Fact]
    public async Task RestoreAsync_LinkInsteadOfAFile_IsRefused()
    {
        await PackAsync("keys/link", TarEntryType.SymbolicLink);
        (await RestoreAsync()).Error.ShouldBe("the backup cannot be used: it holds what its manifest does not name: keys/link");
    }

    private async Task PackAsync(string name, TarEntryType type)
    {
        var manifest = new BackupManifest(1, "0.1.0", Noon, 0, 1, [new BackupFile(name, 1, "00")]);
        await using var file = File.Create(File_);
        await using var compressed = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new TarWriter(compressed);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(manifest.Write()) });
        var entry = new PaxTarEntry(type, name);
        if (type == TarEntryType.SymbolicLink) entry.LinkName = "/etc/passwd";
        else entry.DataStream = new MemoryStream(Encoding.ASCII.GetBytes("x"));
        await tar.WriteEntryAsync(entry);
    }
}
