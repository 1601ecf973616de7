using Tocsin.Demo.Tests;

namespace Tocsin.Bench;

/// <summary>The demo as somebody with a script sees it: ten of each fault, and ten minutes without one.</summary>
internal sealed class DemoBenchmark : IBenchmark
{
    private const int Runs = 10, Seed = 20_261_120;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "tocsin");

    public string Name => "demo";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        var quiet = QuietAsync();
        var faults = await Task.WhenAll(FaultAsync("stop-api", 12), FaultAsync("freeze-api", 15), FaultAsync("error-api", 12), FaultAsync("drop-database", 12));
        return [.. faults.SelectMany(measures => measures), await quiet];
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

    /// <summary>The slowest run counts.</summary>
    private static Measure Within(string what, List<FaultTimes> runs, Func<FaultTimes, TimeSpan> time, int limit)
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
