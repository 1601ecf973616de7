using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tocsin.Bench;

/// <summary>From a real fault to the mail in somebody's mailbox, by the clock of the mailbox, which is a process of its own.</summary>
/// <remarks>Ten servers a kind of fault with a target each, so that every fault is an incident of its own; the phase within the interval is random.</remarks>
internal sealed class FaultToPageBenchmark : IBenchmark
{
    private const int Servers = 10, Rounds = 5, Seed = 20_261_120;

    public string Name => "fault-to-page";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        var fast = await FaultsAsync(TimeSpan.FromSeconds(1));
        var usual = await FaultsAsync(TimeSpan.FromSeconds(30));
        return
        [
            .. Measures("1 s interval, target refuses", fast.Refused, mean: null, p99: 5),
            .. Measures("1 s interval, target is silent", fast.Silent, mean: null, p99: 10),
            .. Measures("30 s interval, target refuses", usual.Refused, mean: 19, p99: 36),
            .. Measures("30 s interval, target is silent", usual.Silent, mean: 24, p99: 40),
        ];
    }

    private static IEnumerable<Measure> Measures(string name, List<double> seconds, int? mean, int p99)
    {
        yield return Measure.Of($"{name}, n = {seconds.Count}", seconds, "s");
        if (mean is { } limit) yield return Measure.Of($"{name}, mean", [seconds.Average()], "s", $"<= {limit}", value => value <= limit);
        yield return Measure.Of($"{name}, p99", [Measure.Percentile(seconds, 0.99)], "s", $"<= {p99}", value => value <= p99);
    }

    private static async Task<(List<double> Refused, List<double> Silent)> FaultsAsync(TimeSpan interval)
    {
        using var mailbox = Mailbox.Start();
        var refused = RunsAsync(target => target.Stop(), 0);
        var silent = RunsAsync(target => target.Silence(), Servers);
        return (await refused, await silent);

        async Task<List<double>> RunsAsync(Action<WatchedTarget> fault, int first)
        {
            var runs = await Task.WhenAll(Enumerable.Range(first, Servers).Select(index =>
                OneServerAsync($"p{index}@bench.example", interval, fault, mailbox, new Random(Seed + index))));
            return [.. runs.SelectMany(run => run)];
        }
    }

    private static async Task<List<double>> OneServerAsync(
        string address, TimeSpan interval, Action<WatchedTarget> fault, Mailbox mailbox, Random random)
    {
        using var target = new WatchedTarget();
        using var server = ServerProcess.Start($$"""
            people: {p: {mail: {{address}}} }
            smtp: {host: 127.0.0.1, port: {{mailbox.SmtpPort}}, security: none, from: tocsin@bench.example}
            services: {shop: {checks: {page: {http: "http://127.0.0.1:{{target.Port}}/", interval: {{interval.TotalSeconds}}s} } } }
            incidents: {quiet_time: 0s, reopen_within: 0s}
            """);
        await target.FirstVisit;
        await Task.Delay(interval + TimeSpan.FromSeconds(5), TimeProvider.System);
        var seconds = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(interval * random.NextDouble(), TimeProvider.System);
            var faultAt = TimeProvider.System.GetUtcNow();
            fault(target);
            seconds.Add((await mailbox.WaitAsync(address, faultAt, isResolved: false) - faultAt).TotalSeconds);
            target.Stop();
            target.Start();
            await mailbox.WaitAsync(address, faultAt, isResolved: true);
        }
        return seconds;
    }

    /// <summary>The demo's mailbox: a real SMTP conversation with another process.</summary>
    private sealed class Mailbox : IDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
        private readonly Process process;
        private readonly HttpClient http;

        private Mailbox(Process process, int smtpPort, int adminPort)
        {
            (this.process, SmtpPort) = (process, smtpPort);
            http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}/") };
        }

        public int SmtpPort { get; }

        public static Mailbox Start()
        {
            var (smtp, admin) = (FreePorts.Next(), FreePorts.Next());
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tocsin.Demo"), ["mailbox", "--port", $"{smtp}", "--admin-port", $"{admin}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            };
            return new Mailbox(Process.Start(start)!, smtp, admin);
        }

        /// <returns>When the mail was received, by the mailbox's clock.</returns>
        public async Task<DateTimeOffset> WaitAsync(string to, DateTimeOffset after, bool isResolved)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < Limit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                foreach (var mail in JsonNode.Parse(await http.GetStringAsync(new Uri("mailbox", UriKind.Relative)))!.AsArray())
                {
                    var receivedAt = mail!["receivedAt"]!.GetValue<DateTimeOffset>();
                    var tellsEnd = mail["subject"]!.ToString().Contains("[resolved]", StringComparison.Ordinal);
                    if (mail["to"]!.ToString() == to && receivedAt > after && tellsEnd == isResolved) return receivedAt;
                }
            }
            throw new TimeoutException($"no mail to {to} within {Limit.TotalMinutes} min");
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
            http.Dispose();
        }
    }
}
