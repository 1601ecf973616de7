using System.Diagnostics;

namespace Tocsin.Demo.Tests;

/// <summary>Timed alone: nothing else of these tests runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StartCollection
{
    public const string Name = "start";
}

/// <summary>From the command that a newcomer types to the link that signs in.</summary>
[Collection(StartCollection.Name)]
public sealed class StartTests
{
    private static readonly string Root = RootOf(AppContext.BaseDirectory);

    [Fact]
    public async Task Demo_SecondTime_PrintsTheLinkWithinEightSeconds()
    {
        // The first one builds where a source is newer than the last build of the program.
        await TimeToLinkAsync(Root, TimeSpan.FromMinutes(5));
        (await TimeToLinkAsync(Root, TimeSpan.FromMinutes(1))).ShouldBeLessThan(TimeSpan.FromSeconds(8));
    }

    [LongFact]
    public async Task Demo_FreshCloneAndNoPackages_PrintsTheLinkWithinHundredAndFiftySeconds()
    {
        using var directory = new TemporaryDirectory();
        var clone = Path.Combine(directory.Path, "clone");
        using var git = Process.Start("git", ["clone", "--quiet", "--no-hardlinks", Root, clone]);
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0);
        (await TimeToLinkAsync(clone, TimeSpan.FromMinutes(5), packages: Path.Combine(directory.Path, "packages")))
            .ShouldBeLessThan(TimeSpan.FromSeconds(150));
    }

    private static async Task<TimeSpan> TimeToLinkAsync(string root, TimeSpan limit, string? packages = null)
    {
        using var data = new TemporaryDirectory();
        var started = TimeProvider.System.GetTimestamp();
        var start = new ProcessStartInfo(Path.Combine(root, "tocsin"), ["demo", "--data", data.Path, "--port", $"{FreePorts.Next()}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (packages is not null)
        {
            start.Environment["NUGET_PACKAGES"] = packages;
            start.Environment["NUGET_HTTP_CACHE_PATH"] = packages + "-http";
        }
        using var demo = Process.Start(start)!;
        var errors = demo.StandardError.ReadToEndAsync();
        try
        {
            using var stopping = new CancellationTokenSource(limit);
            while (await demo.StandardOutput.ReadLineAsync(stopping.Token) is { } line)
            {
                if (line.Contains("/start/", StringComparison.Ordinal)) return TimeProvider.System.GetElapsedTime(started);
            }
            throw new InvalidOperationException($"the demo ended without a link: {await errors}");
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
            await demo.WaitForExitAsync();
        }
    }

    private static string RootOf(string directory) =>
        File.Exists(Path.Combine(directory, "Tocsin.slnx")) ? directory : RootOf(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(directory))!);
}

/// <summary>Takes minutes and loads packages.</summary>
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("TOCSIN_TEST_LONG") != "1") Skip = "takes minutes and loads packages: ./test --long";
    }
}
