using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tocsin.Bench;

/// <summary>From the stop of a primary to an independent user who is served again, through the built program and its switch, with sides that are processes.</summary>
/// <remarks>A server of its own for each run, because traffic moves by itself once in 30 min; the phase within the check's interval of 5 s is random.</remarks>
internal sealed class FailoverBenchmark : IBenchmark
{
    private const int Runs = 20, Seed = 20_261_120, Limit = 15;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), Patience = TimeSpan.FromMinutes(1), Look = TimeSpan.FromMilliseconds(50);

    public string Name => "failover";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        var random = new Random(Seed);
        var (stopped, frozen) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            stopped.Add(await OneRunAsync(random.NextDouble(), side => side.Kill()));
            frozen.Add(await OneRunAsync(random.NextDouble(), side => side.Freeze()));
        }
        return
        [
            Measure.Of($"primary stopped, a user is served again, n = {Runs}", stopped, "s") with { Budget = $"max <= {Limit}", IsMet = stopped.Max() <= Limit },
            Measure.Of($"primary frozen, a user is served again, n = {Runs}", frozen, "s"),
        ];
    }

    private static async Task<double> OneRunAsync(double phase, Action<Side> fault)
    {
        using var primary = Side.Start();
        using var standby = Side.Start();
        var port = FreePorts.Next();
        using var server = ServerProcess.Start($$"""
            services:
              api: {checks: {page: {http: "http://127.0.0.1:{{primary.Port}}/mailbox", interval: {{Interval.TotalSeconds}}s} } }
              api-standby: {checks: {page: {http: "http://127.0.0.1:{{standby.Port}}/mailbox", interval: {{Interval.TotalSeconds}}s} } }
            failover:
              api:
                service: api
                listen: 127.0.0.1:{{port}}
                primary: {address: "127.0.0.1:{{primary.Port}}", check: api-page}
                standby: {address: "127.0.0.1:{{standby.Port}}", check: api-standby-page}
                mode: automatic
            """);
        await UntilServedAsync(port);
        await Task.Delay(Interval + TimeSpan.FromSeconds(3) + Interval * phase, TimeProvider.System);
        var faultAt = TimeProvider.System.GetTimestamp();
        fault(primary);
        await UntilServedAsync(port);
        return TimeProvider.System.GetElapsedTime(faultAt).TotalSeconds;
    }

    private static async Task UntilServedAsync(int port)
    {
        using var user = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(1) };
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                using var answer = await user.GetAsync(new Uri($"http://127.0.0.1:{port}/mailbox"));
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or SocketException)
            {
                // Not yet: the user tries again, as users do.
            }
            await Task.Delay(Look, TimeProvider.System);
        }
        throw new TimeoutException($"nobody is served on port {port}");
    }

    /// <summary>A small web server of the demo as a process of its own.</summary>
    private sealed class Side : IDisposable
    {
        private readonly Process process;
        private Side(Process process, int port) => (this.process, Port) = (process, port);

        public int Port { get; }

        public static Side Start()
        {
            var (smtp, port) = (FreePorts.Next(), FreePorts.Next());
            return new Side(Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tocsin.Demo"),
                ["mailbox", "--port", $"{smtp}", "--admin-port", $"{port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!, port);
        }

        public void Kill() => process.Kill();

        /// <summary>It keeps its connections and answers nothing.</summary>
        public void Freeze()
        {
            using var kill = Process.Start("kill", ["-STOP", $"{process.Id}"]);
            kill.WaitForExit();
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}
