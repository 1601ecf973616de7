using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tocsin.Bench;

/// <summary>A server of the built program as its users run it: a process of its own, in a temporary directory.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly DirectoryInfo directory;
    private readonly Process process;

    private ServerProcess(DirectoryInfo directory, Process process) => (this.directory, this.process) = (directory, process);

    /// <summary>Resident memory, MB.</summary>
    public double ResidentMb
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <param name="yaml">The configuration without <c>public_url</c>.</param>
    public static ServerProcess Start(string yaml)
    {
        var port = FreePort();
        var directory = Directory.CreateTempSubdirectory("tocsin-bench-");
        var configuration = Path.Combine(directory.FullName, "tocsin.yaml");
        File.WriteAllText(configuration, $"public_url: http://127.0.0.1:{port}\n{yaml}");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tocsin"),
            ["serve", "--config", configuration, "--data", Path.Combine(directory.FullName, "data"), "--port", $"{port}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += Ignore;
        process.ErrorDataReceived += Ignore;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ServerProcess(directory, process);
    }

    // Read, so that the pipe never fills.
    private static void Ignore(object sender, DataReceivedEventArgs line) => _ = line.Data;

    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        directory.Delete(recursive: true);
    }
}
