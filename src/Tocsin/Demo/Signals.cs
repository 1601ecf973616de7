using System.Runtime.InteropServices;

namespace Tocsin.Demo;

/// <summary>Freezes a process and lets it go on. Frozen, its sockets still accept connections and never answer.</summary>
internal static class Signals
{
    // Linux signal(7) on one side, macOS and the BSDs on the other.
    private static readonly int SigStop = OperatingSystem.IsLinux() ? 19 : 17;
    private static readonly int SigCont = OperatingSystem.IsLinux() ? 18 : 19;

    /// <exception cref="IOException">The process is gone.</exception>
    public static void Stop(int processId) => Send(processId, SigStop);

    /// <exception cref="IOException">The process is gone.</exception>
    public static void Continue(int processId) => Send(processId, SigCont);

    private static void Send(int processId, int signal)
    {
        if (kill(processId, signal) != 0)
        {
            throw new IOException($"signal {signal} to process {processId}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
