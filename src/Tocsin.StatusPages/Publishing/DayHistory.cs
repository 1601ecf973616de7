using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>The last 90 days of the checks behind components, kept in memory: only the newest two days are read again.</summary>
/// <remarks>For one caller at a time.</remarks>
internal sealed class DayHistory(ISampleStore samples)
{
    /// <summary>How often today's counts are read.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly Dictionary<CheckKey, Dictionary<DateTimeOffset, SampleRollup>> known = [];
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    /// <param name="checks">Those behind components; others are forgotten.</param>
    public async Task<IReadOnlyDictionary<CheckKey, IReadOnlyList<SampleRollup>>> ReadAsync(
        IReadOnlyCollection<CheckKey> checks, DateTimeOffset now, CancellationToken cancellation)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var oldest = today.AddDays(1 - DayRecords.Count);
        // A clock that was put back must not stop the reading.
        var isDue = now - readAt >= Every || now < readAt;
        foreach (var gone in known.Keys.Except(checks).ToList()) known.Remove(gone);
        foreach (var check in checks)
        {
            if (known.TryGetValue(check, out var days))
            {
                if (isDue) await ReadAsync(check, days, readAt == default || now < readAt ? oldest : StartOfDay(readAt).AddDays(-1), today, cancellation);
            }
            else
            {
                await ReadAsync(check, days = [], oldest, today, cancellation);
                known[check] = days; // only now: what could not be read is read whole the next time
            }
            foreach (var past in days.Keys.Where(day => day < oldest).ToList()) days.Remove(past);
        }
        if (isDue) readAt = now;
        return known.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<SampleRollup>)[.. pair.Value.Values]);
    }

    private async Task ReadAsync(
        CheckKey check, Dictionary<DateTimeOffset, SampleRollup> days, DateTimeOffset from, DateTimeOffset today, CancellationToken cancellation)
    {
        foreach (var day in await samples.DaysAsync($"check/{check}", from, today.AddDays(1), cancellation)) days[day.From] = day;
    }

    private static DateTimeOffset StartOfDay(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);
}
