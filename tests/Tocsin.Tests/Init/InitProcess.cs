using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tocsin.Tests.Init;

/// <summary>The built program as <c>tocsin init</c>, in a directory of its own.</summary>
internal sealed partial class InitProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> lines = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-init-");
    private readonly Process process;

    public InitProcess(int port, params IReadOnlyList<string> arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tocsin"),
                ["init", Config, "--data", Path.Combine(directory.FullName, "data"), "--port", $"{port}", .. arguments])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Config => Path.Combine(directory.FullName, "config");
    public string Said => string.Join('\n', lines);
    public TextWriter Input => process.StandardInput;

    /// <returns>The first line with the text; fails, with all that was said, when there is none in time.</returns>
    public async Task<string> LineAsync(string text, TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found) return found;
            if (process.HasExited || TimeProvider.System.GetElapsedTime(started) > limit) throw new TimeoutException($"'{text}' was not said:\n{Said}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>What Ctrl+C does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])) await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(EndMax);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public static Uri AddressIn(string line) => new(Address().Match(line).Value);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, 1_000)]
    private static partial Regex Address();
}
