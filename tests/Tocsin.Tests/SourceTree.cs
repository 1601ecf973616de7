namespace Tocsin.Tests;

/// <summary>The sources of the product, found from where the test runs.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    public static IEnumerable<(string Path, string Text)> Files(string under, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, under), "*", SearchOption.AllDirectories)
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (Path.GetRelativePath(Root, path), File.ReadAllText(path)));

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tocsin.slnx"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
