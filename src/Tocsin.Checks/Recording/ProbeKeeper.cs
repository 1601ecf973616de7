using Tocsin.Checks.Scheduling;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Recording;

/// <summary>Writes kept probes every few seconds, one batch at a time. Belongs to the pump.</summary>
internal sealed class ProbeKeeper(IStore store, IRunner runner, CheckInbox inbox)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private bool isWriting;
    private TimeSpan notBefore;

    public ProbeLog Log { get; } = new();
    public long Dropped => Log.Dropped;
    public TimeSpan? NextAt => Log.HasWaiting && !isWriting ? notBefore : null;

    public void Flush(Lease lease, TimeSpan now)
    {
        if (isWriting || !Log.HasWaiting || now < notBefore) return;
        (isWriting, notBefore) = (true, now + Every);
        var batch = Log.Take();
        runner.Run("write kept probes", async stopping =>
        {
            try
            {
                await store.WriteAsync(tx => ProbeLog.WriteAsync(tx, batch), lease, stopping);
                inbox.Post(new CheckEvent.ProbesWritten(batch, null));
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                inbox.Post(new CheckEvent.ProbesWritten(batch, error));
                if (error is not (StoreUnavailableException or FencedException)) throw;
            }
        });
    }

    public void Written(CheckEvent.ProbesWritten outcome)
    {
        isWriting = false;
        if (outcome.Failure is not null) Log.Drop(outcome.Batch);
    }
}
