using System.Runtime.CompilerServices;
using System.Text;

namespace Tocsin.StatusPages.Tests;

/// <summary>Files that hold what was looked at and found good. With the variable TOCSIN_GOLDEN=write they are written anew, to be looked at again.</summary>
internal static class Golden
{
    public static void ShouldBeAsIn(byte[] actual, string name, [CallerFilePath] string caller = "")
    {
        var text = Encoding.UTF8.GetString(actual).Replace(StatusAssets.Version, "VERSION", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("TOCSIN_GOLDEN") == "write")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name), text);
            return;
        }
        text.ShouldBe(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)));
    }
}
