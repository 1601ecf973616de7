using System.Globalization;
using System.Text;

namespace Tocsin.Bench;

/// <summary>From starting the program to the first packet at a target, with 1,000 checks; and what it holds in memory then.</summary>
internal sealed class StartupBenchmark : IBenchmark
{
    private const int Checks = 1_000, Rounds = 5;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public string Name => "startup";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        var seconds = new List<double>();
        var megabytes = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            using var target = new WatchedTarget();
            var started = TimeProvider.System.GetTimestamp();
            using var server = ServerProcess.Start(Configuration(target.Port));
            seconds.Add(TimeProvider.System.GetElapsedTime(started, await target.FirstVisit).TotalSeconds);
            await Task.Delay(Settling, TimeProvider.System);
            megabytes.Add(server.ResidentMb);
        }
        return
        [
            Measure.Of($"exec to first packet, {Checks:#,0} checks, new data directory", seconds, "s", "<= 1", value => value <= 1),
            Measure.Of($"resident {Settling.TotalSeconds:0} s later", megabytes, "MB", "<= 150", value => value <= 150),
        ];
    }

    private static string Configuration(int port)
    {
        var yaml = new StringBuilder("services:\n");
        for (var index = 0; index < Checks; index++) yaml.AppendLine(CultureInfo.InvariantCulture, $"  s{index}: \"http://127.0.0.1:{port}/{index}\"");
        return yaml.ToString();
    }
}
