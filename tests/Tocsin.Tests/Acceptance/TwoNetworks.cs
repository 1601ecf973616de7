using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tocsin.Tests.Acceptance;

/// <summary>Two real networks: a host, and everything outside of it behind the host's gateway. Needs root.</summary>
internal sealed class TwoNetworks : IAsyncDisposable
{
    /// <summary>An address outside, which the host reaches only through its gateway.</summary>
    public const string Outside = "203.0.113.10";

    private readonly Process host, outside;

    private TwoNetworks(Process host, Process outside) => (this.host, this.outside) = (host, outside);

    public static async Task<TwoNetworks> MakeAsync()
    {
        var networks = new TwoNetworks(await HoldAsync(), await HoldAsync());
        await networks.InOutsideAsync($"""
            ip link set lo up
            ip addr add {Outside}/32 dev lo
            ip link add gateway type veth peer name out netns {networks.host.Id}
            ip addr add 192.0.2.254/24 dev gateway
            ip link set gateway up
            """);
        await networks.InHostAsync("""
            ip link set lo up
            ip addr add 192.0.2.1/24 dev out
            ip link set out up
            ip route add default via 192.0.2.254
            """);
        return networks;
    }

    /// <summary>A process that keeps a network of its own for as long as it lives.</summary>
    private static async Task<Process> HoldAsync()
    {
        var holder = Process.Start(new ProcessStartInfo("unshare", ["--net", "sh", "-c", "echo made; exec cat"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        (await holder.StandardOutput.ReadLineAsync()).ShouldBe("made");
        return holder;
    }

    public Task InHostAsync(string script) => RunAsync(host, script);

    public Task InOutsideAsync(string script) => RunAsync(outside, script);

    private static async Task RunAsync(Process network, string script)
    {
        using var process = Process.Start(InNetwork(network, ["sh", "-ec", script]))!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{script}: {errors}");
    }

    /// <summary>Starts a program on the host, with both of its outputs to be read.</summary>
    public Process StartOnHost(IEnumerable<string> command) => Process.Start(InNetwork(host, command))!;

    private static ProcessStartInfo InNetwork(Process network, IEnumerable<string> command) =>
        new("nsenter", ["--net", "--target", $"{network.Id}", .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>A socket that listens outside; it stays in that network whoever uses it.</summary>
    public async Task<Socket> ListenOutsideAsync()
    {
        // The thread changes its network for good, so it is one of its own.
        return await Task.Factory.StartNew(() =>
        {
            using var network = File.OpenHandle($"/proc/{outside.Id}/ns/net");
            if (setns(network.DangerousGetHandle().ToInt32(), 0) != 0) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(Outside), 0));
            return socket;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setns(int descriptor, int kind);

    public async ValueTask DisposeAsync()
    {
        foreach (var holder in (Process[])[host, outside])
        {
            holder.StandardInput.Close();
            await holder.WaitForExitAsync();
            holder.Dispose();
        }
    }
}
