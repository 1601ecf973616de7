using Tocsin.Demo.Tests;

namespace Tocsin.Bench;

/// <summary>The demo as somebody with a script sees it: ten of each fault and of each outage, and ten minutes without one.</summary>
internal sealed class DemoBenchmark : IBenchmark
{
    private const int Runs = 10, Seed = 20_261_120;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);
    /// <summary>From the mail to mending.</summary>
    private static readonly TimeSpan GoesOnFor = TimeSpan.FromSeconds(15);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "tocsin");

    public string Name => "demo";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        var quiet = QuietAsync();
        var faults = await Task.WhenAll(FaultAsync("stop-api", 12), FaultAsync("freeze-api", 15), FaultAsync("error-api", 12), FaultAsync("drop-database", 12));
        var outages = await Task.WhenAll(OutageAsync("outage-000", 120, 120, 120), OutageAsync("outage-001", 10, 12, 15),
            OutageAsync("outage-002", 10, 12, 15), OutageAsync("outage-003", 10, 12, 15), OutageAsync("outage-004", 120, 120, 120));
        return [.. faults.SelectMany(measures => measures), .. outages.SelectMany(measures => measures), await quiet];
    }

    private static async Task<IReadOnlyList<Measure>> FaultAsync(string fault, int mailWithin)
    {
        await using var demo = await WatchedDemo.StartAsync(Program, FreePorts.Next());
        var runs = new List<FaultTimes>();
        var random = new Random(Seed);
        for (var run = 0; run < Runs; run++)
        {
            // The fault comes at any moment of the 5 s between two probes.
            await Task.Delay(TimeSpan.FromSeconds(5 * random.NextDouble()), TimeProvider.System);
            runs.Add(await demo.RunAsync(fault));
        }
        return
        [
            Within($"{fault}, check down", runs, run => run.Down, 10),
            Within($"{fault}, mail", runs, run => run.Mail, mailWithin),
            Within($"{fault}, on /status.json", runs, run => run.Public, 15),
            Within($"{fault}, next step after the first mail", runs, run => run.NextStep, 35),
            Within($"{fault}, all-clear after mending", runs, run => run.AllClear, 45),
        ];
    }

    private static async Task<IReadOnlyList<Measure>> OutageAsync(string outage, int seenWithin, int mailWithin, int publicWithin)
    {
        await using var demo = await WatchedDemo.StartAsync(Program, FreePorts.Next());
        var runs = new List<OutageSeen>();
        var random = new Random(Seed);
        for (var run = 0; run < Runs; run++)
        {
            await Task.Delay(TimeSpan.FromSeconds(5 * random.NextDouble()), TimeProvider.System);
            runs.Add(await demo.RunOutageAsync(outage, GoesOnFor));
        }
        return
        [
            Within($"{outage}, check degraded or down", runs, run => run.Down, seenWithin),
            Within($"{outage}, mail", runs, run => run.Mail, mailWithin),
            Within($"{outage}, on /status.json", runs, run => run.Public, publicWithin),
            Within($"{outage}, all-clear after mending", runs, run => run.AllClear, 45),
            Measure.Of($"{outage}, mails before the all-clear", runs.ConvertAll(run => (double)run.Pages), "mails")
                with { Budget = "1 in each run", IsMet = runs.TrueForAll(run => run is { Pages: 1, Incidents: 1 }) },
        ];
    }

    /// <summary>The slowest run counts.</summary>
    private static Measure Within<T>(string what, List<T> runs, Func<T, TimeSpan> time, int limit)
    {
        var seconds = runs.ConvertAll(run => time(run).TotalSeconds);
        return Measure.Of($"{what}, n = {runs.Count}", seconds, "s") with { Budget = $"max <= {limit}", IsMet = seconds.Max() <= limit };
    }

    private static async Task<Measure> QuietAsync()
    {
        await using var demo = await WatchedDemo.StartAsync(Program, FreePorts.Next());
        await Task.Delay(Quiet, TimeProvider.System);
        return Measure.Of($"mails in {Quiet.TotalMinutes} min without a fault", [(await demo.MailAsync()).Count], "mails", "0", mails => mails == 0);
    }
}
