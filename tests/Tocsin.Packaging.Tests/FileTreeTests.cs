using System.Formats.Tar;

namespace Tocsin.Packaging.Tests;

public sealed class FileTreeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void WriteTar_FilesInDirectories_HasTheDirectoriesFirst_WithModeTimeAndOwner()
    {
        var tree = new FileTree(Noon).AddText("usr/bin/a", "hello", FileTree.Program).AddLink("usr/bin/b", "a").AddDirectory("var/x", UnixFileMode.UserRead, 7);
        tree.Size.ShouldBe(5);
        var entries = Entries(Tar(tree));
        entries.Select(entry => entry.Name).ShouldBe(["./usr", "./usr/bin", "./usr/bin/a", "./usr/bin/b", "./var", "./var/x"]);
        entries.ShouldAllBe(entry => entry.ModificationTime == Noon);
        (entries[2].Mode, entries[2].Length, entries[2].UserName()).ShouldBe((FileTree.Program, 5, "root"));
        (entries[3].EntryType, entries[3].LinkName).ShouldBe((TarEntryType.SymbolicLink, "a"));
        (entries[5].Mode, entries[5].Uid, entries[5].Gid).ShouldBe((UnixFileMode.UserRead, 7, 7));
    }

    [Fact]
    public void WriteTar_SameFilesInAnotherOrder_IsTheSameBytes()
    {
        var (one, other) = (new FileTree(Noon).AddText("a", "1").AddText("b/c", "2"), new FileTree(Noon).AddText("b/c", "2").AddText("a", "1"));
        Tar(one).ShouldBe(Tar(other));
    }

    private static byte[] Tar(FileTree tree)
    {
        using var stream = new MemoryStream();
        tree.WriteTar(stream);
        return stream.ToArray();
    }

    private static List<TarEntry> Entries(byte[] bytes)
    {
        using var reader = new TarReader(new MemoryStream(bytes));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry) entries.Add(entry);
        return entries;
    }
}

internal static class TarEntries
{
    public static string UserName(this TarEntry entry) => ((PosixTarEntry)entry).UserName;
}
