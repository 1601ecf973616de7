using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tocsin.Incidents;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>What the program measures as a whole: this process, the parts that know how they are, incidents.</summary>
internal sealed class ServerMetrics(IncidentQueries incidents, Health health) : IPump, IMeasured
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<Incident>? open;
    private DateTimeOffset due = DateTimeOffset.MinValue;

    public string Scope => "server-metrics";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Every commit wakes every pump: the pace is kept here. A stepped clock does not lengthen it.
        if (now < due && due - now <= Every) return Next.Idle(due);
        open = await incidents.OpenAsync(cancellation);
        due = now + Every;
        return Next.Idle(due);
    }

    public void Describe(Meter meter)
    {
        using var process = Process.GetCurrentProcess();
        var startedAt = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("process.start.time", () => startedAt, "s", "When the process started, since 1970-01-01 UTC");
        meter.CreateObservableGauge("process.resident.memory", () => Environment.WorkingSet, "By", "Memory that the process holds");
        meter.CreateObservableGauge("tocsin.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Product.Version)),
            null, "1; which program this is stands in the label");
        meter.CreateObservableGauge("tocsin.health", Parts, null, "How each part is: 0 well, 1 impaired, 2 failed");
        meter.CreateObservableGauge("tocsin.incidents.open", Open, "{incident}", "Incidents that are not resolved, by whether somebody has them");
    }

    private IEnumerable<Measurement<int>> Parts() =>
        health.Check().Select(part => new Measurement<int>((int)part.State.Level, new KeyValuePair<string, object?>("part", part.Name)));

    private IEnumerable<Measurement<int>> Open()
    {
        if (open is not { } known) yield break;
        yield return new(known.Count(incident => incident.State == IncidentState.Open), new KeyValuePair<string, object?>("state", "open"));
        yield return new(known.Count(incident => incident.State == IncidentState.Acknowledged), new KeyValuePair<string, object?>("state", "acknowledged"));
    }
}
