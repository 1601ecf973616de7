namespace Tocsin.Browser.Tests.Driving;

/// <summary>Where things are, found from where the test runs.</summary>
internal static class Places
{
    private const string ChromiumPath = "/usr/bin/chromium";

    public static string Root { get; } = FindRoot();

    /// <summary>The program as it was built together with these tests, in the same configuration.</summary>
    public static string Program { get; } = Path.Combine(
        Root, ".artifacts", "bin", "Tocsin", new DirectoryInfo(AppContext.BaseDirectory).Name, "tocsin");

    /// <summary>Tools that tests fetch; not in the repository.</summary>
    public static string Tools { get; } = Path.Combine(Root, ".tools");

    public static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(Root, ".artifacts", "screenshots")).FullName;

    public static string Logs { get; } = Directory.CreateDirectory(Path.Combine(Root, ".artifacts", "test")).FullName;

    public static string Chromium => ChromiumPath;

    /// <summary>Null when a browser is there.</summary>
    public static string? WhyNoBrowser { get; } =
        File.Exists(ChromiumPath) ? null : $"{ChromiumPath} is missing: as root on Debian, apt-get install chromium";

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tocsin.slnx"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
