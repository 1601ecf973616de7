using System.Text.Json;
using Tocsin.Bench;

IBenchmark[] all =
[
    new StartupBenchmark(), new ProbeRateBenchmark(), new JournalBenchmark(), new FaultToPageBenchmark(), new DemoBenchmark(),
    new PagesBenchmark(), new StatusPageBenchmark(), new FailoverBenchmark(),
];
var names = args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToList();
var chosen = all.Where(benchmark => names.Contains(benchmark.Name)).ToList();
if (names.Count == 0 || chosen.Count != names.Count)
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- NAME [--json]\nnames: {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}
foreach (var benchmark in chosen)
{
    var report = new Report(benchmark.Name, Machine.Describe(), await benchmark.RunAsync());
    Console.WriteLine(args.Contains("--json") ? JsonSerializer.Serialize(report, JsonSerializerOptions.Web) : report.ToTable());
}
return 0;
