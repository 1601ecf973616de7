using System.Collections.Frozen;

namespace Tocsin.StatusPages;

/// <summary>One state of the public page with the bytes of every address. Thread-safe.</summary>
/// <remarks>Bytes are made when somebody first asks for them, and once: a page of a thousand components is megabytes, and most of its
/// forms are asked for seldom or never.</remarks>
/// <param name="byPath">Path such as <c>/status.json</c> to its bytes.</param>
/// <param name="files">Name to bytes of the page as static files.</param>
internal sealed class StatusPublication(
    StatusSnapshot snapshot, FrozenDictionary<string, Lazy<Task<Rendition>>> byPath, FrozenDictionary<string, Lazy<Task<Rendition>>> files)
{
    public StatusSnapshot Snapshot { get; } = snapshot;
    public IReadOnlyCollection<string> FileNames => files.Keys;

    /// <returns>Null when nothing is published under the path.</returns>
    public Task<Rendition>? Find(string path) => byPath.GetValueOrDefault(path)?.Value;

    /// <param name="name">One of <see cref="FileNames"/>.</param>
    public Task<Rendition> File(string name) => files[name].Value;
}

/// <summary>The publication that requests are answered from. Thread-safe: written by one, read by all.</summary>
internal sealed class StatusBoard
{
    private volatile StatusPublication? current;

    /// <summary>Null until the first one is made, shortly after the start.</summary>
    public StatusPublication? Current
    {
        get => current;
        set => current = value;
    }
}
