using System.Diagnostics;

namespace Tocsin.Storage.Tests;

/// <summary>A process of ours that a test may kill at any moment, and what it said until then.</summary>
public sealed class CrashProcess : IDisposable
{
    private readonly Process process;

    private CrashProcess(Process process) => this.process = process;

    /// <summary>Lines that it has said and the test has not waited for.</summary>
    public List<string> Heard { get; } = [];

    public static CrashProcess Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Tocsin.Crash.dll"), .. arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new CrashProcess(Process.Start(start)!);
    }

    /// <summary>Reads until a line begins so.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            Heard.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return line;
        }
        throw new InvalidOperationException($"the process ended and never said '{beginning}'");
    }

    /// <summary>SIGKILL, then everything that stood in the pipe.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { } line) Heard.Add(line);
        await process.WaitForExitAsync();
    }

    /// <summary>Lets it end by itself.</summary>
    public async Task<int> EndAsync()
    {
        process.StandardInput.Close();
        while (await process.StandardOutput.ReadLineAsync() is { } line) Heard.Add(line);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public IEnumerable<string> Accepted => Heard.Where(line => line.StartsWith("accepted ", StringComparison.Ordinal)).Select(line => line[9..]);

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
