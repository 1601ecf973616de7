using System.Collections.Concurrent;
using System.Reflection;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Samples wait in memory, apart from the check path, and are written every 5 s as compressed chunks and rollups.</summary>
internal sealed class SampleStore(IStore store) : ISampleStore, IPump, IAsyncDisposable
{
    private const int WaitingMax = 1_000_000;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5), PruneEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan RawKept = TimeSpan.FromDays(14), HoursKept = TimeSpan.FromDays(396);

    private sealed class Series
    {
        /// <summary>What the database holds of it; null until the first commit of this process.</summary>
        public WrittenSeries? Written { get; set; }
        public List<Sample> Waiting { get; } = [];
    }

    private sealed record Batch(string Name, Series Target, List<Sample> Samples);

    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
    private DateTimeOffset flushDue = DateTimeOffset.MinValue, pruneDue = DateTimeOffset.MinValue;
    private int waiting;

    public static IReadOnlyList<Migration> Migrations { get; } = [Resource()];

    public string Scope => "samples";
    public Signal Signal { get; } = new();

    /// <summary>Samples thrown away because the disk could not take them, since the start.</summary>
    public long Dropped { get; private set; }

    public void Append(string series, Sample sample)
    {
        var found = this.series.GetOrAdd(series, static _ => new Series());
        lock (found.Waiting) found.Waiting.Add(sample);
        Interlocked.Increment(ref waiting);
    }

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (now < flushDue && flushDue - now <= FlushEvery) return Next.Idle(flushDue);
        await FlushAsync(cancellation);
        if (now >= pruneDue || pruneDue - now > PruneEvery)
        {
            await store.WriteAsync(tx => SampleTables.PruneAsync(tx, now - RawKept, now - HoursKept), cancellation: cancellation);
            pruneDue = now + PruneEvery;
        }
        flushDue = now + FlushEvery;
        return Next.Idle(flushDue);
    }

    /// <summary>Writes everything that waits. When the database cannot take it, it waits on, up to a limit.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        var taken = Take();
        if (taken.Count == 0) return;
        try
        {
            var written = await store.WriteAsync(async tx =>
            {
                var states = new List<WrittenSeries>(taken.Count);
                foreach (var batch in taken) states.Add(await SampleTables.WriteAsync(tx, batch.Name, batch.Target.Written, batch.Samples));
                return states;
            }, cancellation: cancellation);
            // Only now: what a unit wrote that was undone is nowhere, its new ids neither.
            foreach (var (batch, state) in taken.Zip(written)) batch.Target.Written = state;
        }
        catch
        {
            GiveBack(taken);
            throw;
        }
    }

    /// <summary>Writes the last seconds when the program stops in an orderly way.</summary>
    public async ValueTask DisposeAsync()
    {
        try { await FlushAsync(); }
        catch (StoreUnavailableException) { return; /* the same as a crash: the last seconds are lost */ }
    }

    private List<Batch> Take()
    {
        var taken = new List<Batch>();
        foreach (var (name, target) in series)
        {
            lock (target.Waiting)
            {
                if (target.Waiting.Count == 0) continue;
                taken.Add(new Batch(name, target, [.. target.Waiting]));
                Interlocked.Add(ref waiting, -target.Waiting.Count);
                target.Waiting.Clear();
            }
        }
        return taken;
    }

    private void GiveBack(List<Batch> taken)
    {
        foreach (var (_, target, samples) in taken)
        {
            if (Volatile.Read(ref waiting) + samples.Count > WaitingMax)
            {
                Dropped += samples.Count;
                continue;
            }
            lock (target.Waiting) target.Waiting.InsertRange(0, samples);
            Interlocked.Add(ref waiting, samples.Count);
        }
    }

    public async Task<IReadOnlyList<Sample>> ReadAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default)
    {
        var samples = await SampleTables.ReadAsync(store, series, from, until, cancellation);
        if (this.series.TryGetValue(series, out var live))
        {
            lock (live.Waiting) samples.AddRange(live.Waiting);
        }
        return [.. samples.Where(sample => sample.At >= from && sample.At < until).OrderBy(sample => sample.At)];
    }

    public Task<IReadOnlyList<SampleRollup>> HoursAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        SampleTables.RollupsAsync(store, series, SampleTables.HourMs, from, until, cancellation);

    public Task<IReadOnlyList<SampleRollup>> DaysAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        SampleTables.RollupsAsync(store, series, SampleTables.DayMs, from, until, cancellation);

    public Task<IReadOnlyList<IReadOnlyList<SampleCounts>>> DaysTogetherAsync(
        IReadOnlyList<IReadOnlyCollection<string>> groups, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        SampleTables.TogetherAsync(store, groups, SampleTables.DayMs, from, until, cancellation);

    private static Migration Resource()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var reader = new StreamReader(assembly.GetManifestResourceStream("samples/0001_samples.sql")!);
        return new Migration("samples", 1, "samples", reader.ReadToEnd());
    }
}
