using System.Diagnostics;
using Tocsin.Checks;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Tests.Acceptance;

/// <summary>A real file system of 8 MB is filled while a target goes down: somebody is woken from memory.</summary>
public sealed class DiskFullTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [RootFact]
    public async Task DiskFull_WhileATargetGoesDown_PagesFromMemoryAndRecordsItAfterwards()
    {
        using var disk = await SmallDisk.MountAsync(megabytes: 8);
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync($$"""
            people: {ada: {webhook: "{{hook.Url}}"} }
            services: {shop: {checks: {page: {http: "{{target.Url}}", interval: 1s} } } }
            incidents: {quiet_time: 1s}
            """, disk.Path);
        await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Outcome.Up));
        disk.Fill();
        var stoppedAt = TimeProvider.System.GetUtcNow();
        target.Stop();

        var (at, body) = await hook.WaitForAsync("cannot-record", Limit + Limit);
        (at - stoppedAt).ShouldBeLessThan(Limit);
        body.ToJsonString().ShouldContain("disk is full");
        server.Get<StoreHealth>().Reason.ShouldNotBeNull();
        using (var http = new HttpClient { BaseAddress = server.Url })
        {
            ((int)(await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode).ShouldBe(503);
        }

        disk.Free();
        await hook.WaitForAsync("page", Limit);
        var journal = server.Get<IJournal>();
        await Wait.UntilAsync(async () =>
            (await journal.ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<PageUnrecorded>()]))).Count == 1);
        (await journal.ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<CheckDown>()]))).ShouldHaveSingleItem();
    }
}

/// <summary>A tmpfs of its own, filled and freed at will.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }
    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("tocsin-disk-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", path);
        return new SmallDisk(path);
    }

    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full is what was wanted.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        RunAsync("umount", "--lazy", Path).GetAwaiter().GetResult();
        Directory.Delete(Path);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}

/// <summary>A test that needs root; elsewhere it is skipped and says so.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public const string Reason = "needs root: it mounts a file system or makes a network of its own";

    public RootFactAttribute()
    {
        if (Environment.UserName != "root") Skip = Reason;
    }
}

internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (Environment.UserName != "root") Skip = RootFactAttribute.Reason;
    }
}

internal static class Wait
{
    /// <summary>Of what ends by itself; longer than an interval of a check, and than a busy machine takes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit) throw new TimeoutException($"it did not come to be within {Limit.TotalSeconds:0} s");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
