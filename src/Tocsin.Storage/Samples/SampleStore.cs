using System.Collections.Concurrent;
using System.Reflection;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Samples wait in memory, apart from the check path, and are written every 5 s as compressed chunks and rollups.</summary>
/// <remarks>The chunk that is still filling is written again with every flush until it is full; after a restart a new one begins.</remarks>
internal sealed class SampleStore(IStore store) : ISampleStore, IPump, IAsyncDisposable
{
    private const long HourMs = 3_600_000, DayMs = 24 * HourMs;
    private const int WaitingMax = 1_000_000;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RawKept = TimeSpan.FromDays(14), HoursKept = TimeSpan.FromDays(396);

    private sealed class Series
    {
        public long Id { get; set; }
        public List<Sample> Open { get; } = [];
        public List<Sample> Waiting { get; } = [];
    }

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
        if (now >= pruneDue) await PruneAsync(now, cancellation);
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
            var ids = await store.WriteAsync(async tx =>
            {
                var written = new long[taken.Count];
                for (var index = 0; index < written.Length; index++)
                {
                    var (name, target, samples) = taken[index];
                    written[index] = await WriteSeriesAsync(tx, name, target, samples);
                }
                return written;
            }, cancellation: cancellation);
            // Only now: an id given by a unit that was undone belongs to nobody.
            foreach (var ((_, target, samples), id) in taken.Zip(ids)) Keep(target, id, samples);
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

    private List<(string Name, Series Target, List<Sample> Samples)> Take()
    {
        var taken = new List<(string, Series, List<Sample>)>();
        foreach (var (name, target) in series)
        {
            lock (target.Waiting)
            {
                if (target.Waiting.Count == 0) continue;
                taken.Add((name, target, [.. target.Waiting]));
                Interlocked.Add(ref waiting, -target.Waiting.Count);
                target.Waiting.Clear();
            }
        }
        return taken;
    }

    private void GiveBack(List<(string Name, Series Target, List<Sample> Samples)> taken)
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

    private static async Task<long> WriteSeriesAsync(ITx tx, string name, Series target, List<Sample> samples)
    {
        var id = target.Id > 0 ? target.Id : await tx.InsertAsync(
            "insert into samples_series (name) values (@name) on conflict (name) do update set name = excluded.name returning id",
            new { name });
        foreach (var chunk in target.Open.Concat(samples).Chunk(SampleChunk.SamplesMax))
        {
            await tx.ExecuteAsync("""
                insert into samples_chunk (series, from_ms, until_ms, count, data) values (@id, @from, @until, @count, @data)
                on conflict (series, from_ms) do update set until_ms = excluded.until_ms, count = excluded.count, data = excluded.data
                """, new
            {
                id,
                from = chunk[0].At.ToUnixTimeMilliseconds(),
                until = chunk.Max(sample => sample.At.ToUnixTimeMilliseconds()),
                count = (long)chunk.Length,
                data = SampleChunk.Write(chunk),
            });
        }
        await AddRollupsAsync(tx, id, samples);
        return id;
    }

    private static async Task AddRollupsAsync(ITx tx, long id, List<Sample> samples)
    {
        foreach (var span in (long[])[HourMs, DayMs])
        {
            foreach (var group in samples.Where(sample => !sample.IsReprobe)
                .GroupBy(sample => sample.At.ToUnixTimeMilliseconds() / span * span))
            {
                await tx.ExecuteAsync("""
                    insert into samples_rollup (series, span_ms, from_ms, up, degraded, down, unknown, sum_us, max_us)
                    values (@id, @span, @from, @up, @degraded, @down, @unknown, @sum, @max)
                    on conflict (series, span_ms, from_ms) do update set up = samples_rollup.up + excluded.up,
                        degraded = samples_rollup.degraded + excluded.degraded, down = samples_rollup.down + excluded.down,
                        unknown = samples_rollup.unknown + excluded.unknown, sum_us = samples_rollup.sum_us + excluded.sum_us,
                        max_us = case when excluded.max_us > samples_rollup.max_us then excluded.max_us else samples_rollup.max_us end
                    """, new
                {
                    id,
                    span,
                    from = group.Key,
                    up = (long)group.Count(sample => sample.Outcome == Outcome.Up),
                    degraded = (long)group.Count(sample => sample.Outcome == Outcome.Degraded),
                    down = (long)group.Count(sample => sample.Outcome == Outcome.Down),
                    unknown = (long)group.Count(sample => sample.Outcome == Outcome.Unknown),
                    sum = group.Sum(sample => (long)sample.DurationUs),
                    max = (long)group.Max(sample => sample.DurationUs),
                });
            }
        }
    }

    private static void Keep(Series target, long id, List<Sample> written)
    {
        target.Id = id;
        target.Open.AddRange(written);
        var full = target.Open.Count / SampleChunk.SamplesMax * SampleChunk.SamplesMax;
        target.Open.RemoveRange(0, full);
    }

    private async Task PruneAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("delete from samples_chunk where until_ms < @until",
                new { until = (now - RawKept).ToUnixTimeMilliseconds() });
            await tx.ExecuteAsync("delete from samples_rollup where span_ms = @HourMs and from_ms < @until",
                new { HourMs, until = (now - HoursKept).ToUnixTimeMilliseconds() });
        }, cancellation: cancellation);
        pruneDue = now + TimeSpan.FromHours(6);
    }

    public async Task<IReadOnlyList<Sample>> ReadAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default)
    {
        var (first, last) = (from.ToUnixTimeMilliseconds(), until.ToUnixTimeMilliseconds());
        var chunks = await store.QueryAsync<byte[]>("""
            select c.data from samples_chunk c join samples_series s on s.id = c.series
            where s.name = @series and c.until_ms >= @first and c.from_ms < @last order by c.from_ms
            """, new { series, first, last }, cancellation);
        var samples = chunks.SelectMany(chunk => SampleChunk.Read(chunk)).ToList();
        if (this.series.TryGetValue(series, out var live))
        {
            lock (live.Waiting) samples.AddRange(live.Waiting);
        }
        return [.. samples.Where(sample => sample.At >= from && sample.At < until).OrderBy(sample => sample.At)];
    }

    public Task<IReadOnlyList<SampleRollup>> HoursAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        RollupsAsync(series, HourMs, from, until, cancellation);

    public Task<IReadOnlyList<SampleRollup>> DaysAsync(
        string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation = default) =>
        RollupsAsync(series, DayMs, from, until, cancellation);

    private async Task<IReadOnlyList<SampleRollup>> RollupsAsync(
        string series, long span, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var rows = await store.QueryAsync<RollupRow>("""
            select r.from_ms, r.up, r.degraded, r.down, r.unknown, r.sum_us, r.max_us
            from samples_rollup r join samples_series s on s.id = r.series
            where s.name = @series and r.span_ms = @span and r.from_ms >= @first and r.from_ms < @last order by r.from_ms
            """, new
        {
            series,
            span,
            first = from.ToUnixTimeMilliseconds() / span * span,
            last = until.ToUnixTimeMilliseconds(),
        }, cancellation);
        return [.. rows.Select(row => new SampleRollup(DateTimeOffset.FromUnixTimeMilliseconds(row.FromMs), (int)row.Up,
            (int)row.Degraded, (int)row.Down, (int)row.Unknown, row.SumUs, (int)row.MaxUs))];
    }

    private static Migration Resource()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var reader = new StreamReader(assembly.GetManifestResourceStream("samples/0001_samples.sql")!);
        return new Migration("samples", 1, "samples", reader.ReadToEnd());
    }

    private sealed class RollupRow
    {
        public long FromMs { get; init; }
        public long Up { get; init; }
        public long Degraded { get; init; }
        public long Down { get; init; }
        public long Unknown { get; init; }
        public long SumUs { get; init; }
        public long MaxUs { get; init; }
    }
}
