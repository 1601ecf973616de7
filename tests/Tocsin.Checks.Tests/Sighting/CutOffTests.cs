using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Sighting;

/// <summary>Real cuts, in a network namespace of one thread. Needs root with <c>ip</c> and <c>nft</c>; without them there is
/// nothing to cut, and the tests end at once.</summary>
public sealed partial class CutOffTests
{
    private const int NewNetworkNamespace = 0x40000000; // CLONE_NEWNET, unshare(2)
    private static readonly IPAddress Far = IPAddress.Parse("203.0.113.9");

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    private static void InNamespace(Action<Func<string, bool>> test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetworkNamespace) == 0 && Shell("ip link set lo up")) test(Shell);
            }
            catch (Exception error) { failure = error; }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException("in the namespace", failure);
    }

    // A child of this thread lives in its namespace.
    private static bool Shell(string command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception) { return false; }
    }

    private static OwnNetworkReport Look() => new OwnNetwork(TimeProvider.System, "/proc/thread-self/net")
        .LookAsync(Far, asksResolvers: false, CancellationToken.None).GetAwaiter().GetResult();

    private static ProbeResult Probe(string host, double timeoutSeconds = 5) =>
        Probing.RunAsync(Models.Tcp(host, 80), timeoutSeconds).GetAwaiter().GetResult();

    [Fact]
    public void NoRoute_CannotTell() => InNamespace(_ =>
    {
        Look().ShouldBe(new OwnNetworkReport(false, null, true, ResolverState.NotAsked));
        var four = Probe("203.0.113.9");
        (four.Outcome, four.Reason, four.Text).ShouldBe((Outcome.Unknown, ProbeReason.NoRoute, "cannot tell: this host has no route to 203.0.113.9"));
        var six = Probe("2001:db8::1");
        (six.Outcome, six.Reason, six.Text).ShouldBe((Outcome.Unknown, ProbeReason.NoFamily, "cannot tell: this host has no IPv6 route"));
        Probe("127.0.0.1").Reason.ShouldBe(ProbeReason.Refused);
    });

    [Fact]
    public void OwnPacketFilterDropsEverything_IsSeen() => InNamespace(shell =>
    {
        if (!Wire(shell)) return;
        Look().ShouldBe(new OwnNetworkReport(true, null, false, ResolverState.NotAsked));
        if (!shell("nft add table inet f && nft 'add chain inet f o { type filter hook output priority 0; policy drop; }'")) return;
        Look().RefusesToSend.ShouldBeTrue();
    });

    [Fact]
    public void GatewayDead_IsSeen() => InNamespace(shell =>
    {
        if (!Wire(shell)) return;
        var result = Probe("203.0.113.9");
        (result.Outcome, result.Reason.MayBeOurNetwork).ShouldBe((Outcome.Down, true), result.Text);
        Look().SilentGateway.ShouldBe("192.0.2.254");
    });

    private static bool Wire(Func<string, bool> shell) => shell(
        "ip link add v0 type veth peer name v1 && ip addr add 192.0.2.1/24 dev v0 && ip link set v0 up && ip link set v1 up"
        + " && ip route add default via 192.0.2.254");
}
