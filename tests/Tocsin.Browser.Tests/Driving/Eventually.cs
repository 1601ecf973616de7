using System.Diagnostics;

namespace Tocsin.Browser.Tests.Driving;

internal static class Eventually
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="what">Stands in the failure, with the limit.</param>
    /// <param name="ask">Null means not yet.</param>
    public static async Task<T> GetsAsync<T>(string what, TimeSpan limit, Func<Task<T?>> ask) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer) return answer;
            if (watch.Elapsed > limit) throw new TimeoutException($"{what}: not within {limit.TotalSeconds:0} s");
            await Task.Delay(Gap, TimeProvider.System);
        }
    }
}
