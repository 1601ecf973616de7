using System.Diagnostics.Metrics;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Storage;

/// <summary>What storage measures about itself. Reads the database by itself now and then, because a scrape is answered from memory.</summary>
internal sealed class StorageMetrics(IStore store, ILedger ledger, ReaderPumps readers, StoreHealth health, TimeProvider clock) : IPump, IMeasured
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private sealed record Counted(long Head, LedgerState Ledger);

    private volatile Counted? last;
    private DateTimeOffset due = DateTimeOffset.MinValue;

    public string Scope => "storage-metrics";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Every commit wakes every pump: the pace is kept here. A stepped clock does not lengthen it.
        if (now < due && due - now <= Every) return Next.Idle(due);
        var head = await store.FirstAsync<long?>("select max(seq) from journal", cancellation: cancellation) ?? 0;
        last = new Counted(head, await ledger.StateAsync(cancellation));
        due = now + Every;
        return Next.Idle(due);
    }

    public void Describe(Meter meter)
    {
        meter.CreateObservableGauge("tocsin.journal.head", () => Known(last?.Head), "{entry}", "Number of the newest journal entry");
        meter.CreateObservableGauge("tocsin.journal.reader.lag", Lags, "{entry}", "Journal entries that a reader has not handled yet");
        meter.CreateObservableCounter("tocsin.journal.write.failures", () => health.Failures, "{commit}", "Commits that the database did not take");
        meter.CreateObservableGauge("tocsin.journal.failing", () => health.FailingFor.TotalSeconds, "s", "How long nothing can be written; 0 while all is well");
        if (store is SqliteStore file)
            meter.CreateObservableGauge("tocsin.journal.writer.queue", () => file.UnitsWaiting, "{unit}", "Units that wait for the writer");
        meter.CreateObservableGauge("tocsin.ledger.intents", Intents, "{intent}", "Messages and other intents by state");
        meter.CreateObservableGauge("tocsin.ledger.oldest_due.age", OldestAge, "s", "How long the oldest unsent intent has been due; 0 when none is");
    }

    // A reader may be ahead of the last look at the head.
    private IEnumerable<Measurement<long>> Lags() => last is not { } known ? [] : readers.All.Select(reader =>
        new Measurement<long>(Math.Max(0, known.Head - reader.Cursor), new KeyValuePair<string, object?>("reader", reader.Name)));

    private IEnumerable<Measurement<int>> Intents()
    {
        if (last?.Ledger is not { } state) yield break;
        yield return new(state.Waiting, Label("due"));
        yield return new(state.Leased, Label("leased"));
        yield return new(state.Held, Label("held"));
        yield return new(state.FailedLastDay, Label("failed_last_day"));

        static KeyValuePair<string, object?> Label(string word) => new("state", word);
    }

    private IEnumerable<Measurement<double>> OldestAge() => last is not { } known ? [] : [new(known.Ledger.OldestDueAt is { } at
        ? Math.Max(0, (clock.GetUtcNow() - at).TotalSeconds) : 0)];

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new(known)] : [];
}
