using System.Formats.Tar;
using System.Text;

namespace Tocsin.Packaging;

/// <summary>Files as they are to lie on somebody's machine, in the order in which they are written: the same tree gives the same bytes.</summary>
/// <param name="time">Modification time of every entry, so that two packages of one commit are equal.</param>
internal sealed class FileTree(DateTimeOffset time)
{
    private const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Runnable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    public const UnixFileMode Plain = Shared | UnixFileMode.UserWrite;
    public const UnixFileMode Program = Plain | Runnable;

    private readonly SortedDictionary<string, Node> nodes = new(StringComparer.Ordinal);

    private sealed record Node(TarEntryType Type, UnixFileMode Mode, int Owner, string? Source, byte[]? Content, string? Target)
    {
        public long Size => Content?.Length ?? (Source is null ? 0 : new FileInfo(Source).Length);
    }

    /// <summary>Bytes of all files.</summary>
    public long Size => nodes.Values.Sum(node => node.Size);

    /// <param name="path">Absolute on that machine, without the leading slash.</param>
    public FileTree Add(string path, string source, UnixFileMode mode) => Put(path, new Node(TarEntryType.RegularFile, mode, 0, source, null, null));

    public FileTree AddText(string path, string text, UnixFileMode mode = Plain) =>
        Put(path, new Node(TarEntryType.RegularFile, mode, 0, null, Encoding.UTF8.GetBytes(text), null));

    public FileTree AddLink(string path, string target) => Put(path, new Node(TarEntryType.SymbolicLink, Program, 0, null, null, target));

    /// <param name="owner">Number of the user and the group.</param>
    public FileTree AddDirectory(string path, UnixFileMode mode = Program, int owner = 0) =>
        Put(path, new Node(TarEntryType.Directory, mode, owner, null, null, null));

    /// <summary>Takes in a directory of this machine with its modes and links; every file belongs to root.</summary>
    public FileTree AddAll(string directory)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(directory, entry.FullName);
            if (entry.LinkTarget is { } target) AddLink(path, target);
            else if (entry is DirectoryInfo) AddDirectory(path, entry.UnixFileMode);
            else Add(path, entry.FullName, entry.UnixFileMode);
        }
        return this;
    }

    private FileTree Put(string path, Node node)
    {
        // A directory of its own is written before what lies in it.
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
        {
            nodes.TryAdd(path[..at], new Node(TarEntryType.Directory, Program, 0, null, null, null));
        }
        nodes[path] = node;
        return this;
    }

    public void WriteTar(Stream stream)
    {
        using var tar = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var (path, node) in nodes)
        {
            var entry = new GnuTarEntry(node.Type, $"./{path}")
            {
                Mode = node.Mode, ModificationTime = time, AccessTime = time, ChangeTime = time,
                Uid = node.Owner, Gid = node.Owner, UserName = node.Owner == 0 ? "root" : "", GroupName = node.Owner == 0 ? "root" : "",
            };
            if (node.Target is not null) entry.LinkName = node.Target;
            using Stream? content = node.Content is not null ? new MemoryStream(node.Content) : node.Source is not null ? File.OpenRead(node.Source) : null;
            if (content is not null) entry.DataStream = content;
            tar.WriteEntry(entry);
        }
    }
}
