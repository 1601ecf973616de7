using System.Diagnostics;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>A test that mounts a file system of its own: only root may.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Environment.UserName != "root") Skip = "mounting a small file system needs root";
    }
}

/// <summary>A real file system of 8 MB.</summary>
public sealed class SmallDisk : IDisposable
{
    public SmallDisk() => Run("mount", "-t", "tmpfs", "-o", "size=8m", "tocsin-test", Path);

    public string Path { get; } = Directory.CreateTempSubdirectory("tocsin-disk-").FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Leaves not one free block.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[65_536, 4_096])
        {
            try { while (true) file.Write(new byte[size]); }
            catch (IOException) { continue; }
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}

public sealed class DiskFullTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [RootFact]
    public async Task WriteAsync_DiskFull_WritesNothingByHalvesSaysSoAndGoesOnWhenThereIsSpace()
    {
        using var disk = new SmallDisk();
        using var data = DataDirectory.Take(System.IO.Path.Combine(disk.Path, "data")).Value;
        await using var database = Database.OpenSqlite(data, [], "0.1.0", TimeProvider.System);
        var accepted = new List<long>();
        disk.Fill();
        var refused = await WriteUntilRefusedAsync(database.Facts, accepted);
        refused.Message.ShouldBe("the disk is full");
        database.Health.Reason.ShouldBe("the disk is full");
        database.Health.FailingSince.ShouldNotBeNull();
        await ShouldHoldExactlyAsync(database.Facts, accepted);

        disk.Free();
        await PairAsync(database.Facts, 1_000_000);
        database.Health.Reason.ShouldBeNull();
        await ShouldHoldExactlyAsync(database.Facts, [.. accepted, 1_000_000]);
        (await database.Facts.FirstAsync<string>("pragma integrity_check")).ShouldBe("ok");
    }

    [RootFact]
    public void OpenSqlite_DiskFull_IsUnavailableAndTheNextStartWorks()
    {
        using var disk = new SmallDisk();
        disk.Fill();
        using var data = DataDirectory.Take(System.IO.Path.Combine(disk.Path, "data")).Value;
        Should.Throw<StoreUnavailableException>(() => Database.OpenSqlite(data, [], "0.1.0", TimeProvider.System)).Message.ShouldBe("the disk is full");
        disk.Free();
        Database.OpenSqlite(data, [], "0.1.0", TimeProvider.System).DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static async Task<StoreUnavailableException> WriteUntilRefusedAsync(IStore store, List<long> accepted)
    {
        for (var number = 1L; number < 100_000; number++)
        {
            try { await PairAsync(store, number); }
            catch (StoreUnavailableException refused) { return refused; }
            accepted.Add(number);
        }
        throw new InvalidOperationException("the disk never filled");
    }

    /// <summary>A row, an intent and a fact that belong together.</summary>
    private static Task PairAsync(IStore store, long number) => store.WriteAsync(async tx =>
    {
        await tx.ExecuteAsync("insert into storage_alive (id, at) values (@number, 1)", new { number });
        await tx.EnqueueAsync(new Intent("mail", $"k{number}", new Subject("x"), new string('x', 2_000), Noon, false));
        tx.Append(new Kernel.Facts.ConfigApplied($"{number}", null, new string('y', 2_000), 0, 0), Noon, Actor.Tocsin);
    });

    private static async Task ShouldHoldExactlyAsync(IStore store, IReadOnlyList<long> accepted)
    {
        (await store.QueryAsync<long>("select id from storage_alive order by id")).ShouldBe(accepted);
        (await store.QueryAsync<string>("select idempotency_key from ledger order by id")).ShouldBe(accepted.Select(number => $"k{number}"));
        (await new JournalTable(store).ReadAsync(new JournalQuery(Limit: 10_000)))
            .Select(entry => ((Kernel.Facts.ConfigApplied)entry.Fact!).Revision).ShouldBe(accepted.Select(number => $"{number}"));
    }
}
