using System.Runtime.InteropServices;

namespace Tocsin.Demo;

/// <summary>Ends this process when the supervisor ends, however that happened: the pipe on standard input closes with it.</summary>
internal static class Lifeline
{
    public static void Hold()
    {
        // Ctrl-C reaches every process of the terminal; under a supervisor it is the supervisor's to answer.
        if (Console.IsInputRedirected) ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        new Thread(WaitForTheEnd) { IsBackground = true, Name = "lifeline" }.Start();
    }

    private static PosixSignalRegistration? ignored;

    private static void WaitForTheEnd()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        while (input.Read(buffer) > 0) { }
        // A role that was frozen cannot see the end of its input. The roles share a process group, so whoever sees it
        // first thaws the others; to a running process the signal means nothing.
        const int wholeGroup = 0, sigCont = 18;
        _ = kill(wholeGroup, sigCont);
        Environment.Exit(0);
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
