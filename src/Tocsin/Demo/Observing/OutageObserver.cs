using System.Collections.Concurrent;

namespace Tocsin.Demo.Observing;

/// <summary>Takes the time of outages as somebody beside the machine would: over HTTP and from the mailbox, never from the journal.</summary>
internal sealed class OutageObserver(DemoShop shop, Uri server, Func<CancellationToken, Task<string>> token, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    /// <summary>Who breaks the shop and goes home is not watched for ever.</summary>
    private static readonly TimeSpan WatchMax = TimeSpan.FromMinutes(30);

    private readonly OutsideView view = new(shop, server, token);
    private readonly ConcurrentDictionary<string, Watch> watches = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();

    /// <returns>Null when nobody pressed that button yet.</returns>
    public OutageTimes? Of(string fault) => watches.TryGetValue(fault, out var watch) ? watch.Times : null;

    /// <summary>Notes how everything is now, and counts from here.</summary>
    public async Task BeginAsync(DemoFault fault, CancellationToken cancellation)
    {
        var before = await view.LookAsync(cancellation);
        var watch = new Watch(new OutageTimes(clock.GetUtcNow()), clock.GetTimestamp());
        await ReplaceAsync(fault.Key, watch);
        watch.Running = WatchAsync(fault, watch, before);
    }

    /// <summary>The button was pressed and nothing came of it.</summary>
    public void Forget(string fault)
    {
        if (watches.TryRemove(fault, out var watch)) watch.Ending.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var watch in watches.Values) await watch.Running;
        view.Dispose();
        stopping.Dispose();
    }

    private async Task ReplaceAsync(string key, Watch watch)
    {
        if (watches.TryGetValue(key, out var last)) await last.Ending.CancelAsync();
        watches[key] = watch;
    }

    private async Task WatchAsync(DemoFault fault, Watch watch, OutsideSight before)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watch.Ending.Token, stopping.Token);
        var customer = new CustomerRun();
        try
        {
            while (clock.GetElapsedTime(watch.Started) < WatchMax)
            {
                var sight = await view.LookAsync(either.Token);
                var elapsed = clock.GetElapsedTime(watch.Started);
                watch.Times = OutageWatch.Next(watch.Times, before, sight, elapsed);
                if (watch.Times.Incident is { } incident && watch.Times.Acknowledged is null
                    && await view.IsAcknowledgedAsync(incident, either.Token))
                {
                    watch.Times = watch.Times with { Acknowledged = clock.GetElapsedTime(watch.Started) };
                }
                // A run of luck while three of ten fail is no recovery.
                var asked = clock.GetElapsedTime(watch.Started);
                customer = fault.IsBroken(shop) ? new CustomerRun() : customer.With(await view.IsServedAsync(either.Token), asked);
                if (watch.Times.Back is null && customer.IsBack) watch.Times = watch.Times with { Back = customer.Since };
                if (customer.IsBack && sight.IsQuiet(before))
                {
                    watch.Times = watch.Times with { IsOver = true };
                    return;
                }
                await Task.Delay(Every, clock, either.Token);
            }
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>One press of one button. Written by its own loop, read by whoever shows the page.</summary>
    private sealed class Watch(OutageTimes times, long started)
    {
        private OutageTimes times = times;

        public OutageTimes Times { get => Volatile.Read(ref times); set => Volatile.Write(ref times, value); }
        public long Started => started;
        public CancellationTokenSource Ending { get; } = new();
        public Task Running { get; set; } = Task.CompletedTask;
    }
}
