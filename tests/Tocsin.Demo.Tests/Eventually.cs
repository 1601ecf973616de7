using System.Diagnostics;

namespace Tocsin.Demo.Tests;

internal static class Eventually
{
    /// <summary>Asks again every 50 ms until the answer is the expected one; fails with the last answer after the limit.</summary>
    public static async Task Becomes<T>(T expected, TimeSpan limit, Func<Task<T>> ask)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (Equals(answer, expected)) return;
            if (watch.Elapsed > limit) answer.ShouldBe(expected, $"after {limit}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
