using System.Diagnostics;

namespace Tocsin.Bench;

/// <summary>A server of the built program as its users run it: a process of its own, in a temporary directory.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly DirectoryInfo? directory;
    private readonly Process process;

    private ServerProcess(DirectoryInfo? directory, Process process, Uri address) => (this.directory, this.process, Address) = (directory, process, address);

    public Uri Address { get; }

    /// <summary>Resident memory, MB.</summary>
    public double ResidentMb
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts on a new data directory, which goes with the server.</summary>
    /// <param name="yaml">The configuration without <c>public_url</c>.</param>
    public static ServerProcess Start(string yaml)
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-bench-");
        var port = FreePorts.Next();
        return new ServerProcess(directory, Run(Configure(directory.FullName, yaml, port), Path.Combine(directory.FullName, "data"), port), Local(port));
    }

    /// <summary>Starts on a data directory that stays.</summary>
    /// <param name="configuration">As <see cref="Configure"/> wrote it for this port.</param>
    public static ServerProcess StartOn(string configuration, string data, int port) => new(null, Run(configuration, data, port), Local(port));

    /// <returns>Path of the configuration file.</returns>
    public static string Configure(string directory, string yaml, int port)
    {
        var configuration = Path.Combine(directory, "tocsin.yaml");
        File.WriteAllText(configuration, $"public_url: http://127.0.0.1:{port}\n{yaml}");
        return configuration;
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    private static Process Run(string configuration, string data, int port)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tocsin"),
            ["serve", "--config", configuration, "--data", data, "--port", $"{port}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += Ignore;
        process.ErrorDataReceived += Ignore;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Read, so that the pipe never fills.
    private static void Ignore(object sender, DataReceivedEventArgs line) => _ = line.Data;

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        directory?.Delete(recursive: true);
    }
}
