using System.Runtime.InteropServices;

namespace Tocsin.Demo;

/// <summary>The program whose processes are the shop; it lies beside this one.</summary>
internal static class RoleProgram
{
    /// <exception cref="IOException">The program is not there.</exception>
    public static string Path()
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Tocsin.Demo.exe" : "Tocsin.Demo");
        return File.Exists(path) ? path : throw new IOException($"the demo's shop is not installed: {path} does not exist");
    }

    /// <returns>Where the runtime that runs us lives, so that the shop's processes find it too; null when it is inside the program.</returns>
    public static string? RuntimeRoot()
    {
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.Exists(System.IO.Path.Combine(root, "host", "fxr")) ? root : null;
    }
}
