using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Turns every pump in a loop of its own, for as long as the program runs.</summary>
internal sealed class PumpHost(
    IEnumerable<IPump> pumps, ReaderPumps readers, IWorkOwner owner, IStore store, TimeProvider clock, PumpHealth health,
    IHostApplicationLifetime lifetime, ILogger<PumpHost> log) : IHostedService
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<IPump> pumps = [.. pumps, .. readers.All];
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.Committed += WakeAll;
        // A pump that never finishes its first step stands still too.
        foreach (var pump in pumps) health.Moved(pump.Scope);
        running = Task.WhenAll(pumps.Select(pump => Task.Run(() => TurnAsync(pump, stopping.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        store.Committed -= WakeAll;
        await stopping.CancelAsync();
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(PoolRunner.Grace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var pump in pumps.OfType<IFinishing>()) await FinishAsync(pump, either.Token);
    }

    private async Task FinishAsync(IFinishing pump, CancellationToken cancellation)
    {
        try
        {
            if (owner.Hold(pump.Scope) is { } lease) await pump.FinishAsync(lease, cancellation);
        }
        catch (Exception error) when (error is OperationCanceledException or StoreUnavailableException or FencedException)
        {
            log.LogWarning("{Scope} stops with work under way; the next start repeats it: {Reason}", pump.Scope, error.Message);
        }
    }

    private void WakeAll()
    {
        foreach (var pump in pumps) pump.Signal.Set();
    }

    private async Task TurnAsync(IPump pump, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var wait = await StepAsync(pump, cancellation);
            if (wait > TimeSpan.Zero) await WaitAsync(pump, wait, cancellation);
        }
    }

    private async Task<TimeSpan> StepAsync(IPump pump, CancellationToken cancellation)
    {
        try
        {
            if (owner.Hold(pump.Scope) is not { } lease) return PauseAfterFailure;
            var (now, began) = (clock.GetUtcNow(), clock.GetTimestamp());
            var next = await pump.StepAsync(lease, now, cancellation);
            health.Moved(pump.Scope);
            return next.HasMore ? TimeSpan.Zero : next.At is { } at ? Clamp(at - now - clock.GetElapsedTime(began)) : WaitMax; // the wall clock may be set meanwhile
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (StoreUnavailableException error)
        {
            log.LogWarning("{Scope} waits: {Reason}", pump.Scope, error.Message);
            return PauseAfterFailure;
        }
        catch (FencedException error)
        {
            log.LogCritical("Another process has taken over ({Reason}); this one stops", error.Message);
            lifetime.StopApplication();
            return WaitMax;
        }
        catch (Exception error)
        {
            log.LogError(error, "{Scope} failed; trying again", pump.Scope);
            return PauseAfterFailure;
        }
    }

    private static TimeSpan Clamp(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > WaitMax ? WaitMax : wait;

    private async Task WaitAsync(IPump pump, TimeSpan wait, CancellationToken cancellation)
    {
        try { await pump.Signal.WaitAsync(wait, clock, cancellation); }
        catch (OperationCanceledException) { return; }
    }
}

/// <summary>A pump for every journal reader that the modules registered.</summary>
internal sealed class ReaderPumps(
    IEnumerable<IJournalReader> readers, IStore store, IJournalHorizon horizon, ILogger<ReaderPump> log)
{
    public IReadOnlyList<ReaderPump> All { get; } = [.. readers.Select(reader => new ReaderPump(reader, store, horizon, log))];
}

/// <summary>Runs slow work on the thread pool until the program stops.</summary>
internal sealed class PoolRunner : IRunner
{
    /// <summary>How long work under way may go on after the program was told to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stop = new();
    private readonly ILogger<PoolRunner> log;

    public PoolRunner(ILogger<PoolRunner> log, IHostApplicationLifetime lifetime)
    {
        this.log = log;
        lifetime.ApplicationStopping.Register(() => stop.CancelAfter(Grace));
    }

    public void Run(string what, Func<CancellationToken, Task> work) => _ = Task.Run(async () =>
    {
        try { await work(stop.Token); }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { return; }
        catch (Exception error) { log.LogError(error, "{What} failed unexpectedly", what); }
    });
}

/// <summary>A pump that has something to finish when the program stops in order.</summary>
internal interface IFinishing : IPump
{
    Task FinishAsync(Lease lease, CancellationToken cancellation);
}

/// <summary>Leaves a sign of life every 10 s, so that the next start knows how long nobody watched.</summary>
internal sealed class AlivePump(IStore store) : IPump
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private DateTimeOffset due = DateTimeOffset.MinValue;

    public string Scope => "alive";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (now < due && due - now <= Every) return Next.Idle(due);
        await store.WriteAsync(async tx => await tx.ExecuteAsync("""
            insert into storage_alive (id, at) values (1, @at) on conflict (id) do update set at = excluded.at
            """, new { at = now.ToUnixTimeMilliseconds() }), lease, cancellation);
        due = now + Every;
        return Next.Idle(due);
    }
}
