using System.Diagnostics.Metrics;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Microsoft.Extensions.Logging;

namespace Tocsin.Paging.Watch;

/// <summary>Whether probing moves and can see out.</summary>
public interface IProbingHealth
{
    /// <summary>Why a sign of life would be a lie; null when probing works.</summary>
    string? Trouble { get; }
}

/// <summary>Calls an outside address every 60 s, only while probing, journal and paging all move: silence is the alarm.</summary>
internal sealed class OutboundHeartbeat(
    IRevisions revisions, PumpHealth pumps, StoreHealth health, IProbingHealth probing, IRunner runner, HttpClient http, TimeProvider clock,
    ILogger<OutboundHeartbeat> log) : IPump, IMeasured
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(60), StandingStill = TimeSpan.FromSeconds(45);

    private DateTimeOffset due = DateTimeOffset.MinValue;
    private long takenAtMs;

    public string Scope => "heartbeat";
    public Signal Signal { get; } = new();

    /// <summary>Why the last one was not sent; null when it was, or none is configured.</summary>
    public string? Withheld { get; private set; }

    public void Describe(Meter meter) => meter.CreateObservableGauge("tocsin.heartbeat.last_sent.timestamp", LastSent, "s",
        "When the address of the heartbeat last took one, since 1970-01-01 UTC; absent until it did");

    private IEnumerable<Measurement<double>> LastSent() =>
        Interlocked.Read(ref takenAtMs) is > 0 and var at ? [new Measurement<double>(at / 1000.0)] : [];

    public ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (now < due && due - now <= Every) return ValueTask.FromResult(Next.Idle(due));
        due = now + Every;
        if (revisions.Current.Get<ServerModel>().HeartbeatTo is { } address)
        {
            Withheld = Trouble();
            if (Withheld is null) runner.Run("heartbeat", stopping => SendAsync(address, stopping));
            else log.LogWarning("The heartbeat is withheld: {Reason}", Withheld);
        }
        return ValueTask.FromResult(Next.Idle(due));
    }

    private string? Trouble() => health.Reason is { } reason ? $"the journal cannot be written: {reason}"
        : probing.Trouble is { } blind ? blind
        : pumps.StandingStill(StandingStill) is { Count: > 0 } still ? $"{string.Join(", ", still)} stands still"
        : null;

    private async Task SendAsync(Uri address, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            using var response = await http.GetAsync(address, either.Token);
            if (response.IsSuccessStatusCode) Interlocked.Exchange(ref takenAtMs, clock.GetUtcNow().ToUnixTimeMilliseconds());
            else log.LogWarning("The heartbeat was answered {Status}", (int)response.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            // The address may hold a secret in its path: only its host is named.
            log.LogWarning("The heartbeat did not reach {Host}: {Reason}", address.Host, error.Message);
        }
    }
}
