using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Tocsin.Browser.Tests.Driving;

/// <summary>The real demo as a process with children of its own, on a directory that is thrown away with it.</summary>
internal sealed partial class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("tocsin-browser-");
    private readonly TaskCompletionSource<Uri> link = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder said = new();
    private readonly StreamWriter log;
    private readonly Process process;

    private DemoProcess(string name)
    {
        log = new StreamWriter(Path.Combine(Places.Logs, $"demo-of-{name}.log")) { AutoFlush = true };
        var start = new ProcessStartInfo(Places.Program, ["demo", "--data", data.FullName, "--port", $"{FreePorts.Next()}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        // The program's launcher looks for the runtime; the one that runs these tests will do.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
    }

    /// <summary>Everything it printed so far.</summary>
    public string Said { get { lock (said) return said.ToString(); } }

    /// <returns>The demo and the link that signs in, as it was printed.</returns>
    public static async Task<(DemoProcess Demo, Uri Link)> StartAsync(string name)
    {
        if (!File.Exists(Places.Program)) throw new FileNotFoundException("build src/Tocsin in the same configuration first", Places.Program);
        var demo = new DemoProcess(name);
        demo.process.Start();
        demo.process.BeginOutputReadLine();
        demo.process.BeginErrorReadLine();
        try
        {
            return (demo, await demo.link.Task.WaitAsync(StartMax));
        }
        catch (TimeoutException)
        {
            var words = demo.Said;
            await demo.DisposeAsync();
            throw new TimeoutException($"the demo printed no link within {StartMax.TotalSeconds} s; it said:\n{words}");
        }
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (said)
        {
            said.AppendLine(line);
            log.WriteLine(line);
        }
        if (SignInLink().Match(line) is { Success: true } match) link.TrySetResult(new Uri(match.Value));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        await log.DisposeAsync();
        data.Delete(recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/start/\S+", RegexOptions.None, 1_000)]
    private static partial Regex SignInLink();
}
