using Dapper;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>What the database holds of one series.</summary>
/// <param name="Open">Samples of the chunk that is still filling.</param>
internal sealed record WrittenSeries(long Id, IReadOnlyList<Sample> Open);

/// <summary>The tables of measurements: full chunks, the chunk that is filling, and rollups.</summary>
internal static class SampleTables
{
    public const long HourMs = 3_600_000, DayMs = 24 * HourMs;

    /// <param name="before">State after the last commit; null when this process has written none.</param>
    public static async Task<WrittenSeries> WriteAsync(ITx tx, string name, WrittenSeries? before, IReadOnlyList<Sample> samples)
    {
        var (id, open) = before ?? await ResumeAsync(tx, name);
        Sample[] all = [.. open, .. samples];
        var full = all.Length / SampleChunk.SamplesMax * SampleChunk.SamplesMax;
        foreach (var chunk in all.Take(full).Chunk(SampleChunk.SamplesMax)) await WriteChunkAsync(tx, id, chunk);
        Sample[] rest = [.. all.Skip(full)];
        await tx.ExecuteAsync("""
            insert into samples_open (series, data) values (@id, @data) on conflict (series) do update set data = excluded.data
            """, new { id, data = SampleChunk.Write(rest) });
        await AddRollupsAsync(tx, id, samples);
        return new WrittenSeries(id, rest);
    }

    private static async Task<WrittenSeries> ResumeAsync(ITx tx, string name)
    {
        var id = await tx.InsertAsync(
            "insert into samples_series (name) values (@name) on conflict (name) do update set name = excluded.name returning id",
            new { name });
        var open = await tx.FirstAsync<byte[]>("select data from samples_open where series = @id", new { id });
        // A damaged chunk must not keep the series from being written: its at most 120 samples are given up.
        try { return new WrittenSeries(id, open is null ? [] : SampleChunk.Read(open)); }
        catch (FormatException) { return new WrittenSeries(id, []); }
    }

    private static Task<int> WriteChunkAsync(ITx tx, long id, Sample[] chunk) => tx.ExecuteAsync(
        "insert into samples_chunk (series, from_ms, until_ms, data) values (@id, @from, @until, @data)", new
        {
            id,
            from = chunk.Min(sample => sample.At.ToUnixTimeMilliseconds()),
            until = chunk.Max(sample => sample.At.ToUnixTimeMilliseconds()),
            data = SampleChunk.Write(chunk),
        });

    private static async Task AddRollupsAsync(ITx tx, long id, IReadOnlyList<Sample> samples)
    {
        foreach (var span in (long[])[HourMs, DayMs])
        {
            foreach (var group in samples.Where(sample => !sample.IsReprobe)
                .GroupBy(sample => sample.At.ToUnixTimeMilliseconds() / span * span))
            {
                await tx.ExecuteAsync(AddRollup, new
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

    private const string AddRollup = """
        insert into samples_rollup (series, span_ms, from_ms, up, degraded, down, unknown, sum_us, max_us)
        values (@id, @span, @from, @up, @degraded, @down, @unknown, @sum, @max)
        on conflict (series, span_ms, from_ms) do update set up = samples_rollup.up + excluded.up,
            degraded = samples_rollup.degraded + excluded.degraded, down = samples_rollup.down + excluded.down,
            unknown = samples_rollup.unknown + excluded.unknown, sum_us = samples_rollup.sum_us + excluded.sum_us,
            max_us = case when excluded.max_us > samples_rollup.max_us then excluded.max_us else samples_rollup.max_us end
        """;

    public static async ValueTask PruneAsync(ITx tx, DateTimeOffset rawFrom, DateTimeOffset hoursFrom)
    {
        await tx.ExecuteAsync("delete from samples_chunk where until_ms < @until", new { until = rawFrom.ToUnixTimeMilliseconds() });
        await tx.ExecuteAsync("delete from samples_rollup where span_ms = @HourMs and from_ms < @until",
            new { HourMs, until = hoursFrom.ToUnixTimeMilliseconds() });
    }

    /// <returns>All samples of the chunks that touch the span, in no order.</returns>
    /// <exception cref="FormatException">A chunk is damaged.</exception>
    public static async Task<List<Sample>> ReadAsync(
        IStore store, string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var chunks = await store.QueryAsync<byte[]>("""
            select c.data from samples_series s join samples_chunk c on c.series = s.id
            where s.name = @series and c.until_ms >= @first and c.from_ms < @last
            union all
            select o.data from samples_series s join samples_open o on o.series = s.id where s.name = @series
            """, new { series, first = from.ToUnixTimeMilliseconds(), last = until.ToUnixTimeMilliseconds() }, cancellation);
        return [.. chunks.SelectMany(chunk => SampleChunk.Read(chunk))];
    }

    public static async Task<IReadOnlyList<SampleRollup>> RollupsAsync(
        IStore store, string series, long span, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
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
        return [.. rows.Select(row => row.ToRollup())];
    }

    /// <summary>One question for all groups, added up where the rows are: a page of services has tens of thousands of them.</summary>
    /// <remarks>Only counts: sums of durations would cost half as much again.</remarks>
    public static async Task<IReadOnlyList<IReadOnlyList<SampleCounts>>> TogetherAsync(IStore store,
        IReadOnlyList<IReadOnlyCollection<string>> groups, long span, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var args = new DynamicParameters(new { span, first = from.ToUnixTimeMilliseconds() / span * span, last = until.ToUnixTimeMilliseconds() });
        var members = new List<string>();
        foreach (var (index, name) in groups.SelectMany((group, index) => group.Select(name => (index, name))))
        {
            args.Add($"n{members.Count}", name);
            members.Add($"(@n{members.Count}, {index})");
        }
        if (members.Count == 0) return [.. groups.Select(_ => (IReadOnlyList<SampleCounts>)[])];
        var rows = await store.QueryAsync<CountsRow>($"""
            with member (name, number) as (values {string.Join(", ", members)})
            select m.number, r.from_ms, cast(sum(r.up) as bigint) as up, cast(sum(r.degraded) as bigint) as degraded,
                cast(sum(r.down) as bigint) as down, cast(sum(r.unknown) as bigint) as unknown
            from member m join samples_series s on s.name = m.name join samples_rollup r on r.series = s.id
            where r.span_ms = @span and r.from_ms >= @first and r.from_ms < @last group by m.number, r.from_ms order by m.number, r.from_ms
            """, args, cancellation);
        var byGroup = rows.ToLookup(row => row.Number, row => row.ToCounts());
        return [.. groups.Select((_, index) => (IReadOnlyList<SampleCounts>)[.. byGroup[index]])];
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

        public SampleRollup ToRollup() => new(DateTimeOffset.FromUnixTimeMilliseconds(FromMs), (int)Up, (int)Degraded, (int)Down, (int)Unknown, SumUs, (int)MaxUs);
    }

    private sealed class CountsRow
    {
        /// <summary>Of the group.</summary>
        public long Number { get; init; }
        public long FromMs { get; init; }
        public long Up { get; init; }
        public long Degraded { get; init; }
        public long Down { get; init; }
        public long Unknown { get; init; }

        public SampleCounts ToCounts() => new(DateTimeOffset.FromUnixTimeMilliseconds(FromMs), (int)Up, (int)Degraded, (int)Down, (int)Unknown);
    }
}
