using System.Diagnostics;

namespace Tocsin.Bench;

/// <summary>How often something happens in a second.</summary>
internal static class Rate
{
    private const int Rounds = 3;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(2), WarmUp = TimeSpan.FromSeconds(0.5);

    /// <param name="act">Done again and again by each of <paramref name="callers"/>; answers how much it did.</param>
    public static async Task<IReadOnlyList<double>> OfAsync(int callers, Func<int, Task<int>> act)
    {
        await RoundAsync(callers, act, WarmUp);
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++) rates.Add(await RoundAsync(callers, act, RoundTime));
        return rates;
    }

    private static async Task<double> RoundAsync(int callers, Func<int, Task<int>> act, TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        long done = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < time) Interlocked.Add(ref done, await act(caller));
        })));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
