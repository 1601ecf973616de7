using Tocsin.Kernel;

namespace Tocsin.Changes;

/// <summary>Something that altered production. Immutable.</summary>
public sealed record Change
{
    public required ChangeId Id { get; init; }
    /// <summary>Such as <c>deploy</c>, <c>config</c>, <c>network</c>, <c>data</c>. Shape of a key.</summary>
    public required string Kind { get; init; }
    /// <summary>Such as <c>deploy/812</c>. One line, 1 to 200 characters.</summary>
    public required string Title { get; init; }
    /// <summary>What was changed; null when it may have touched anything.</summary>
    public ServiceKey? Service { get; init; }
    public string? Description { get; init; }
    /// <summary>Absolute, http or https.</summary>
    public string? Link { get; init; }
    /// <summary>Who made the change, as the sender names them; not always who recorded it.</summary>
    public string? Author { get; init; }
    public required DateTimeOffset HappenedAt { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public required Actor RecordedBy { get; init; }
}
