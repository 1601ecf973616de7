using System.Diagnostics.Metrics;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks;

/// <summary>What probing measures about itself.</summary>
internal sealed class CheckMetrics(CheckBoard board, CheckQueries checks) : IMeasured
{
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    public void Describe(Meter meter)
    {
        meter.CreateObservableCounter("tocsin.checks.probes",
            () => Outcomes.Select(outcome => new Measurement<long>(board.Probes(outcome), Label("outcome", Word(outcome)))),
            "{probe}", "Probes that ended, re-probes too, by what they found");
        meter.CreateObservableGauge("tocsin.checks.state", States, "{check}", "Configured checks by what is believed about them");
        meter.CreateObservableGauge("tocsin.checks.scheduler.lag", () => checks.Prober.LagMs / 1000.0, "s",
            "How late probes start lately, 99th percentile, upper bound of its bucket");
        meter.CreateObservableGauge("tocsin.checks.probes.running", () => checks.Prober.UnderWay, "{probe}", "Probes under way");
        meter.CreateObservableCounter("tocsin.checks.probes.waited", () => checks.Prober.Lengthened, "{probe}", "Probes that waited for room");
        meter.CreateObservableGauge("tocsin.checks.blind", () => checks.IsBlind ? 1 : 0, null, "1 while Tocsin cannot see out and blames no target");
    }

    private IEnumerable<Measurement<int>> States()
    {
        var all = checks.All;
        foreach (var outcome in Outcomes) yield return new(all.Count(check => check.State == outcome), Label("state", Word(outcome)));
        yield return new(all.Count(check => check.State is null), Label("state", "new"));
    }

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Up => "up",
        Outcome.Degraded => "degraded",
        Outcome.Down => "down",
        Outcome.Unknown => "unknown",
    };
}
