using System.Runtime.InteropServices;

namespace Tocsin.Demo;

/// <summary>The program whose processes are the shop: beside this one, or inside it when all of Tocsin is one file.</summary>
internal static class RoleProgram
{
    /// <summary>First argument with which this program becomes a part of the shop.</summary>
    public const string Word = "demo-part";

    /// <summary>Path of the program and what its arguments begin with.</summary>
    public static (string Path, IReadOnlyList<string> Arguments) Command()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "Tocsin.Demo");
        return File.Exists(beside) ? (beside, []) : (Environment.ProcessPath!, [Word]);
    }

    /// <returns>Where the runtime that runs us lives, so that the shop's processes find it too; null when it is inside the program.</returns>
    public static string? RuntimeRoot()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.Exists(Path.Combine(root, "host", "fxr")) ? root : null;
    }
}
