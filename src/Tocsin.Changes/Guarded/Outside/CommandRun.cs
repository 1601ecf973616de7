using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>Runs a program of the configuration: no shell, no secrets in its environment, a limit on time and output.</summary>
internal static class CommandRun
{
    private const int ShownMax = 300, OutputMax = 1024 * 1024;

    /// <summary>What a child may know of our environment: other variables may hold secrets of the configuration.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "DOTNET_ROOT"];

    /// <summary>How long output may still come when the program has ended: a child of its own may hold the pipe open.</summary>
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <param name="command">Program and arguments.</param>
    /// <param name="tells">Whether the fault may say what the program wrote.</param>
    /// <returns>Why it failed; null when it exited with 0.</returns>
    /// <exception cref="OperationCanceledException">This program stops; the child and its children are gone.</exception>
    public static async Task<string?> FaultAsync(
        IReadOnlyList<string> command, TimeSpan limit, bool tells, TimeProvider clock, CancellationToken stopping)
    {
        using var process = new Process { StartInfo = StartOf(command) };
        try { process.Start(); }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException) { return $"{command[0]} cannot be started: {error.Message}"; }
        using var timer = new CancellationTokenSource(limit, clock);
        using var flooded = new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, flooded.Token, stopping);
        process.StandardInput.Close();
        var output = Task.WhenAll(ReadAsync(process.StandardOutput.BaseStream, flooded, any.Token), ReadAsync(process.StandardError.BaseStream, flooded, any.Token));
        try
        {
            await process.WaitForExitAsync(any.Token);
        }
        catch (OperationCanceledException)
        {
            End(process);
            stopping.ThrowIfCancellationRequested();
            return flooded.IsCancellationRequested ? $"{command[0]} wrote more than {OutputMax / 1024} KiB and was ended"
                : $"{command[0]} gave no answer within {Durations.InWords(limit)} and was ended";
        }
        var said = await SaidAsync(output, any, clock);
        return process.ExitCode == 0 ? null : $"{command[0]} exited with {process.ExitCode}{(tells ? said : "")}";
    }

    private static ProcessStartInfo StartOf(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        }
        return start;
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationTokenSource flooded, CancellationToken cancellation)
    {
        var (buffer, kept, total) = (new byte[8 * 1024], new MemoryStream(), 0L);
        try
        {
            while (await stream.ReadAsync(buffer, cancellation) is var read and > 0)
            {
                total += read;
                if (kept.Length < ShownMax * 4) kept.Write(buffer, 0, read);
                if (total > OutputMax) await flooded.CancelAsync();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException) { /* what came is enough for the words */ }
        return Encoding.UTF8.GetString(kept.ToArray());
    }

    private static async Task<string> SaidAsync(Task<string[]> output, CancellationTokenSource any, TimeProvider clock)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(any.Token);
        var ended = await Task.WhenAny(output, Task.Delay(AfterExit, clock, late.Token)) == output;
        await (ended ? late : any).CancelAsync();
        var said = string.Join(" ", (await output).Reverse().Select(text => text.Trim()).Where(text => text.Length > 0));
        var line = string.Join(' ', said.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(c => !char.IsControl(c)));
        return line.Length == 0 ? "" : $": {(line.Length <= ShownMax ? line : line[..(ShownMax - 1)] + "…")}";
    }

    private static void End(Process process)
    {
        try { process.Kill(entireProcessTree: true); }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException) { /* it ended by itself in this moment */ }
    }
}
