using System.Diagnostics;

namespace Tocsin.Demo.Tests;

/// <summary>A part of the shop does not outlive its supervisor, whose end closes the part's standard input.</summary>
public sealed class LifelineTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task InputEnds_RunningAndFrozenPart_BothEnd()
    {
        var ports = DemoPorts.Choose();
        using var frozen = await StartAsync(ports.Cache, ports.CacheAdmin);
        using var running = await StartAsync(ports.Store, ports.StoreAdmin);
        try { await EndInputsAsync(frozen, running); }
        finally
        {
            frozen.Kill();
            running.Kill();
        }
    }

    private static async Task EndInputsAsync(Process frozen, Process running)
    {
        Signals.Stop(frozen.Id);
        await StandStillAsync(frozen.Id);
        frozen.StandardInput.Close();
        using (var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
        {
            await Should.ThrowAsync<OperationCanceledException>(() => frozen.WaitForExitAsync(moment.Token));
        }
        running.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        await running.WaitForExitAsync(limit.Token);
        await frozen.WaitForExitAsync(limit.Token);
        frozen.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Start_PortTaken_EndsWithTheExitCodeForIt()
    {
        var ports = DemoPorts.Choose();
        using var first = await StartAsync(ports.Cache, ports.CacheAdmin);
        using var second = Spawn(ports.Cache, ports.StoreAdmin);
        using var third = Spawn(ports.Store, ports.CacheAdmin);
        using var limit = new CancellationTokenSource(Limit);
        await second.WaitForExitAsync(limit.Token);
        await third.WaitForExitAsync(limit.Token);
        second.ExitCode.ShouldBe(RoleExit.PortTaken);
        third.ExitCode.ShouldBe(RoleExit.PortTaken);
        first.StandardInput.Close();
        await first.WaitForExitAsync(limit.Token);
    }

    // The signal is taken when the system gets to it, not when it is sent: until then the part would still see its input end.
    private static async Task StandStillAsync(int processId)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!Directory.GetDirectories($"/proc/{processId}/task").All(IsStopped)) { await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token); }
    }

    private static bool IsStopped(string thread) =>
        File.ReadLines(Path.Combine(thread, "status")).Any(line => line.StartsWith("State:\tT", StringComparison.Ordinal));

    private async Task<Process> StartAsync(int port, int adminPort)
    {
        var process = Spawn(port, adminPort);
        using var limit = new CancellationTokenSource(Limit);
        (await process.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("ready");
        return process;
    }

    private Process Spawn(int port, int adminPort)
    {
        var start = new ProcessStartInfo(RoleProgram.Command().Path, ["cache", "--port", $"{port}", "--admin-port", $"{adminPort}", "--data", directory.Path])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_ROOT"] = RoleProgram.RuntimeRoot();
        return Process.Start(start)!;
    }
}
