using System.Diagnostics;
using System.Globalization;

namespace Tocsin.Tests.Acceptance;

/// <summary>No connection that the configuration does not name: the program in a network of its own, whose only way out is counted.</summary>
public sealed class OfflineTests
{
    private const string Smallest = """
        people: {me: {webhook: "http://127.0.0.1:9/hook"} }
        services: {shop: "http://127.0.0.1:9/"}
        public_url: http://127.0.0.1:8080
        """;

    [RootFact]
    public async Task Serve_SendsNothingOutOfTheMachine()
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-offline-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "tocsin.yaml"), Smallest);
        var sent = await PacketsSentAsync($"{Program()} serve --config {directory.FullName} --data {directory.FullName}/data --port 8080", seconds: 8);
        sent.ShouldBe(0);
        directory.Delete(recursive: true);
    }

    [RootFact]
    public async Task Demo_SendsNothingOutOfTheMachine()
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-offline-");
        (await PacketsSentAsync($"{Program()} demo --data {directory.FullName} --port 8080", seconds: 10)).ShouldBe(0);
        directory.Delete(recursive: true);
    }

    [RootFact]
    public async Task Counter_OfAProgramThatLooksOutside_IsNotZero() =>
        (await PacketsSentAsync("bash -c 'echo x > /dev/udp/192.0.2.77/53'", seconds: 1)).ShouldBeGreaterThan(0);

    private static string Program() => Path.Combine(AppContext.BaseDirectory, "tocsin");

    /// <summary>Runs a command in a new network namespace with loopback and one interface that leads nowhere.</summary>
    /// <returns>Packets that were handed to that interface, address questions included.</returns>
    private static async Task<int> PacketsSentAsync(string command, int seconds)
    {
        var script = $"""
            set -e
            ip link set lo up
            ip link add out type veth peer name nowhere
            sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.out.disable_ipv6=1 net.ipv6.conf.nowhere.disable_ipv6=1 || true
            ip addr add 192.0.2.1/24 dev out
            ip link set nowhere up
            ip link set out up
            ip route add default via 192.0.2.254
            sleep 0.5
            before=$(cat /sys/class/net/out/statistics/tx_packets)
            timeout --kill-after=5 {seconds} {command} >/dev/null 2>&1 || true
            sleep 0.2
            echo $(( $(cat /sys/class/net/out/statistics/tx_packets) - before ))
            """;
        var start = new ProcessStartInfo("unshare", ["--net", "--mount", "bash", "-c", $"mount -t sysfs sysfs /sys; {script}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return int.TryParse(output.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var packets)
            ? packets : throw new InvalidOperationException($"the network could not be made: {output} {errors}");
    }
}
