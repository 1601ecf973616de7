using System.Collections.Frozen;

namespace Tocsin.StatusPages;

/// <summary>One state of the public page with the bytes of every address. Immutable.</summary>
/// <param name="ByPath">Path such as <c>/status.json</c> to its bytes.</param>
/// <param name="Files">Name to bytes of the page as static files.</param>
internal sealed record StatusPublication(
    StatusSnapshot Snapshot, FrozenDictionary<string, Rendition> ByPath, FrozenDictionary<string, byte[]> Files);

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
