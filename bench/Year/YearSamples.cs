using System.Net;
using Tocsin.Checks;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Recording;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;

namespace Tocsin.Bench.Year;

/// <summary>What probing leaves behind: verdicts, kept probes, rollups of every check, raw samples of a few.</summary>
internal sealed class YearSamples(Database database, ChecksModel checks, DateTimeOffset now)
{
    private const int RawSeries = 3, RawDays = 14, KeptProbes = ProbeLog.KeptPerCheck;

    public async Task WriteAsync()
    {
        await VerdictsAsync();
        await KeptAsync();
        foreach (var check in checks.Order.Take(RawSeries)) await RawAsync($"check/{check}");
        await RollupsAsync();
    }

    private Task VerdictsAsync() => database.Facts.WriteAsync(async tx =>
    {
        var state = new CheckState { Verdict = Outcome.Up, Since = now.AddDays(-2), Text = "answered 200" };
        foreach (var check in checks.Order) await CheckStore.SaveAsync(tx, checks.Checks[check], state, Outcome.Up, now.AddDays(-2));
    });

    private Task KeptAsync() => database.Facts.WriteAsync(async tx =>
    {
        foreach (var check in checks.Order.Take(RawSeries))
        {
            await ProbeLog.WriteAsync(tx, [.. Enumerable.Range(0, KeptProbes).Select(number => new KeptProbe(check, new ProbeResult
            {
                Finding = new Finding(Outcome.Down, ProbeReason.Status, "answered 500, expected 200"), StartedAt = now.AddHours(number - KeptProbes),
                Duration = TimeSpan.FromMilliseconds(12), Address = IPAddress.Loopback, Transcript = new string('x', 4_000),
            }, false))]);
        }
    });

    private Task RawAsync(string series)
    {
        var samples = Enumerable.Range(0, RawDays * 2_880).Select(number => new Sample(
            now.AddDays(-RawDays).AddSeconds(30 * number), number % 997 == 0 ? Outcome.Down : Outcome.Up, 0, 1_500 + number % 400, false)).ToList();
        return database.SampleFile.WriteAsync(async tx => { await SampleTables.WriteAsync(tx, series, null, samples); });
    }

    private async Task RollupsAsync()
    {
        var names = checks.Order.Select(check => new { name = $"check/{check}" }).ToList();
        await database.SampleFile.WriteAsync(async tx => { await tx.ExecuteAsync("insert into samples_series (name) values (@name) on conflict (name) do nothing", names); });
        await SpanAsync(SampleTables.DayMs, YearShape.Days, 2_880);
        await SpanAsync(SampleTables.HourMs, YearShape.HourDays * 24, 120);
    }

    /// <param name="probes">In one span.</param>
    private Task SpanAsync(long span, int count, int probes) => database.SampleFile.WriteAsync(async tx =>
    {
        await tx.ExecuteAsync("""
            with recursive spans (n) as (select 0 union all select n + 1 from spans where n + 1 < @count)
            insert into samples_rollup (series, span_ms, from_ms, up, degraded, down, unknown, sum_us, max_us)
            select s.id, @span, @last - n * @span, @probes - bad, 0, bad, 0, @probes * 1700, 240000
            from (select id, n, case when (id * 7919 + n * 104729) % 97 = 0 then 20 else 0 end as bad from samples_series cross join spans) s
            where true order by s.id, n desc
            on conflict (series, span_ms, from_ms) do nothing
            """, new { count = (long)count, span, last = now.ToUnixTimeMilliseconds() / span * span, probes = (long)probes });
    });
}
