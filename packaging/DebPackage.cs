using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tocsin.Packaging;

/// <summary>The package for Debian and Ubuntu, in the format of deb(5): an ar archive of a version, control files and the tree.</summary>
internal static class DebPackage
{
    /// <param name="program">Directory of the published program.</param>
    public static void Write(string file, Release release, string architecture, string program)
    {
        var tree = new FileTree(release.Time)
            .Add("usr/lib/tocsin/tocsin", Path.Combine(program, "tocsin"), FileTree.Program)
            .Add("usr/lib/tocsin/libe_sqlite3.so", Path.Combine(program, "libe_sqlite3.so"), FileTree.Plain)
            .AddLink("usr/bin/tocsin", "../lib/tocsin/tocsin")
            .AddText("usr/lib/systemd/system/tocsin.service", Templates.Read("tocsin.service"))
            .AddText("usr/lib/sysusers.d/tocsin.conf", Templates.Read("sysusers.conf"))
            .Add("usr/share/doc/tocsin/README.md", Path.Combine(release.Source, "README.md"), FileTree.Plain)
            .Add("usr/share/doc/tocsin/copyright", Path.Combine(release.Source, "LICENSE"), FileTree.Plain);
        var control = new FileTree(release.Time).AddText("control", Control(release, architecture, tree.Size));
        foreach (var script in (string[])["postinst", "prerm", "postrm"]) control.AddText(script, Templates.Read(script), FileTree.Program);

        using var archive = File.Create(file);
        archive.Write("!<arch>\n"u8);
        AddMember(archive, "debian-binary", "2.0\n"u8.ToArray(), release.Time);
        AddMember(archive, "control.tar.gz", Compress(control), release.Time);
        AddMember(archive, "data.tar.gz", Compress(tree), release.Time);
    }

    // libsqlite3-0: the distribution's SQLite is newer than the one inside and is patched by it.
    private static string Control(Release release, string architecture, long bytes) => $"""
        Package: tocsin
        Version: {release.Version}
        Architecture: {architecture}
        Maintainer: The authors of Tocsin <tocsin@example.org>
        Installed-Size: {(bytes + 1023) / 1024}
        Depends: libc6 (>= 2.31), libgcc-s1, libstdc++6, libssl3 | libssl3t64 | libssl1.1, ca-certificates
        Recommends: libsqlite3-0
        Section: net
        Priority: optional
        Description: runs the whole life of an outage in one program
         Notices an outage, wakes somebody, keeps the story, tells the users,
         puts the service back and writes the postmortem from its own record.

        """;

    private static byte[] Compress(FileTree tree)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Optimal)) tree.WriteTar(zip);
        return bytes.ToArray();
    }

    private static void AddMember(Stream archive, string name, byte[] content, DateTimeOffset time)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"{name,-16}{time.ToUnixTimeSeconds(),-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n");
        archive.Write(Encoding.ASCII.GetBytes(header));
        archive.Write(content);
        if (content.Length % 2 == 1) archive.WriteByte((byte)'\n');
    }
}

/// <summary>Files of this directory that go into packages.</summary>
internal static class Templates
{
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Templates).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
