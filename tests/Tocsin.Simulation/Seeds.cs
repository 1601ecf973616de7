using System.Globalization;

namespace Tocsin.Simulation;

/// <summary>Runs a scenario over many seeds. A failing seed names itself and how to run it again.</summary>
internal static class Seeds
{
    /// <summary>How many seeds: TOCSIN_SEEDS when it is set, else as the test is to be short or long.</summary>
    public static int Count(int few, int many) =>
        int.TryParse(Environment.GetEnvironmentVariable("TOCSIN_SEEDS"), CultureInfo.InvariantCulture, out var asked) ? asked
        : Environment.GetEnvironmentVariable("TOCSIN_TEST_LONG") == "1" ? many : few;

    /// <summary>Fresh seeds: another run tries others. TOCSIN_SEED=N runs that one alone.</summary>
    public static async Task ShouldHoldAsync(Func<IScenario> scenario, int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("TOCSIN_SEED"), CultureInfo.InvariantCulture, out var one))
        {
            Judge(one, Simulation.Run(scenario(), one).Violations);
            return;
        }
        var first = new Random().Next(1, int.MaxValue - count);
        var started = TimeProvider.System.GetTimestamp();
        await OnThreadsAsync(count, index => Judge(first + index, Simulation.Run(scenario(), first + index).Violations));
        Console.WriteLine($"{count} seeds from {first} in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    /// <returns>The first seed of at most <paramref name="count"/> that shows the planted bug; null when none does.</returns>
    public static async Task<(int Seeds, string Violation)?> FindAsync(Func<IScenario> scenario, Planted planted, int count)
    {
        (int Seeds, string Violation)? found = null;
        var first = new Random().Next(1, int.MaxValue - count);
        await Task.Factory.StartNew(() =>
        {
            for (var index = 0; index < count && found is null; index++)
            {
                var (violations, _) = Simulation.Run(scenario(), first + index, planted);
                if (violations.Count > 0) found = (index + 1, violations[0]);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return found;
    }

    private static void Judge(int seed, IReadOnlyList<string> violations)
    {
        if (violations.Count > 0)
        {
            throw new InvalidOperationException($"seed {seed}: {string.Join("; ", violations.Take(5))}. Again: TOCSIN_SEED={seed} dotnet test");
        }
    }

    // Threads of their own: a test's synchronization context would take the continuations elsewhere.
    private static Task OnThreadsAsync(int count, Action<int> run)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(() =>
        {
            for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next)) run(index);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }
}
