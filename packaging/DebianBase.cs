namespace Tocsin.Packaging;

/// <summary>The lowest layer of the image: what the runtime needs of Debian, from its packages, and nothing else. No shell, no package manager.</summary>
internal static class DebianBase
{
    // Alternatives in the order of preference: the name changed with the 64-bit time of Debian 13.
    private static readonly string[][] Wanted =
    [
        ["libc6"], ["libgcc-s1"], ["libstdc++6"], ["libssl3t64", "libssl3"], ["zlib1g"], ["libzstd1"], ["libsqlite3-0"], ["ca-certificates"],
    ];

    /// <summary>Documentation is not run; licences are kept.</summary>
    private static readonly string[] LeftOut = ["usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/lib/x86_64-linux-gnu/gconv", "usr/sbin", "etc/ca-certificates"];

    /// <param name="work">An empty directory for the packages.</param>
    /// <returns>The layer and the packages in it, or why there is none.</returns>
    public static async Task<Outcome<(FileTree Layer, IReadOnlyList<Component> Parts)>> BuildAsync(Release release, string work)
    {
        if (!Tool.IsInstalled("apt-get") || !Tool.IsInstalled("dpkg-deb"))
            return Outcome.Missing<(FileTree, IReadOnlyList<Component>)>("the image is made of Debian's packages, and this machine has no apt-get and dpkg-deb");
        var (packages, root) = (Directory.CreateDirectory(Path.Combine(work, "debian")).FullName, Directory.CreateDirectory(Path.Combine(work, "root")).FullName);
        var parts = new List<Component>();
        foreach (var names in Wanted)
        {
            if (await DownloadAsync(names, packages) is not { } file)
                return Outcome.Missing<(FileTree, IReadOnlyList<Component>)>($"apt-get cannot download {string.Join(" or ", names)}");
            await Tool.RunAsync("dpkg-deb", ["--extract", file, root], packages);
            var fields = await Tool.RunAsync("dpkg-deb", ["--show", "--showformat", "${Package} ${Version} ${Architecture}", file], packages);
            parts.Add(Component.OfDebian(fields.Output.Split(' ')));
        }
        foreach (var path in LeftOut.Select(name => Path.Combine(root, name)).Where(Directory.Exists)) Directory.Delete(path, recursive: true);
        var layer = new FileTree(release.Time).AddAll(root)
            .AddText("etc/ssl/certs/ca-certificates.crt", await AuthoritiesAsync(root))
            .AddText("etc/passwd", Templates.Read("passwd")).AddText("etc/group", Templates.Read("group"))
            .AddText("etc/nsswitch.conf", Templates.Read("nsswitch.conf"))
            .AddDirectory("dev").AddDirectory("proc").AddDirectory("sys")
            .AddDirectory("tmp", FileTree.Program | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit)
            .AddDirectory("tocsin", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, OciImage.User);
        return Outcome.Made<(FileTree, IReadOnlyList<Component>)>((layer, parts));
    }

    private static async Task<string?> DownloadAsync(string[] names, string directory)
    {
        foreach (var name in names)
        {
            var before = Directory.GetFiles(directory).ToHashSet(StringComparer.Ordinal);
            if ((await Tool.TryAsync("apt-get", ["download", name], directory)).Code != 0) continue;
            return Directory.GetFiles(directory).Single(file => !before.Contains(file));
        }
        return null;
    }

    /// <summary>What Debian's own script would put together when it installs the package.</summary>
    private static async Task<string> AuthoritiesAsync(string root)
    {
        var files = Directory.GetFiles(Path.Combine(root, "usr/share/ca-certificates/mozilla"), "*.crt").Order(StringComparer.Ordinal);
        var texts = new List<string>();
        foreach (var file in files) texts.Add((await File.ReadAllTextAsync(file)).TrimEnd() + "\n");
        return string.Concat(texts);
    }
}
