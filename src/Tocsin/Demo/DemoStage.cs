using Tocsin.Changes;
using Tocsin.Demo.Observing;

namespace Tocsin.Demo;

/// <summary>The shop, whoever presses its buttons, and whoever looks on.</summary>
/// <param name="shop">Not owned.</param>
/// <param name="server">Address of the Tocsin server, as anybody on this machine reaches it.</param>
/// <param name="token">Makes an API token for whoever asks on this machine.</param>
/// <param name="record">Tells Tocsin of a change, as a pipeline would.</param>
internal sealed class DemoStage(
    DemoShop shop, Uri server, Func<CancellationToken, Task<string>> token, Func<ChangeRequest, CancellationToken, Task> record, TimeProvider clock)
    : IAsyncDisposable
{
    private readonly OutageObserver observer = new(shop, server, token, clock);

    public DemoShop Shop => shop;
    public Func<CancellationToken, Task<string>> Token => token;

    /// <summary>What was seen of the outage that this fault caused last; null when it was not pressed yet.</summary>
    public OutageTimes? Observed(string fault) => observer.Of(fault);

    public async Task<DemoOutcome> BreakAsync(string key, CancellationToken cancellation)
    {
        var outage = DemoOutage.All.FirstOrDefault(outage => outage.Fault.Key == key);
        var isNew = outage is not null && !outage.Fault.IsBroken(shop);
        if (isNew) await observer.BeginAsync(outage!.Fault, cancellation);
        var at = clock.GetUtcNow();
        var outcome = await shop.BreakAsync(key, cancellation);
        if (isNew && outcome.Reason is not (DemoReason.Broken or DemoReason.AlreadyBroken)) observer.Forget(key);
        await RecordAsync(outcome, DemoReason.Broken, at);
        return outcome;
    }

    public async Task<DemoOutcome> MendAsync(string key, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow();
        var outcome = await shop.MendAsync(key, cancellation);
        await RecordAsync(outcome, DemoReason.Mended, at);
        return outcome;
    }

    public ValueTask DisposeAsync() => observer.DisposeAsync();

    // What was done is told, also when whoever pressed the button has gone on to another page.
    private Task RecordAsync(DemoOutcome outcome, DemoReason done, DateTimeOffset at) =>
        outcome.Reason == done && DemoFault.Find(outcome.Fault)?.Change is { } change
            ? record(change.ToRequest(isMade: done == DemoReason.Broken, at), CancellationToken.None) : Task.CompletedTask;
}
