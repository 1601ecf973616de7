using System.Text.Json.Serialization;

namespace Tocsin.Kernel.Facts;

/// <summary>Something that happened, as the journal keeps it: the body of one entry.</summary>
/// <remarks>
/// One record per kind. Any module may read any fact; only its owner writes it. A kind's shape never changes within a
/// version: what a stored body lacks reads as null or default, and every version keeps a golden file.
/// </remarks>
public abstract record Fact
{
    /// <summary>What the entry is about.</summary>
    [JsonIgnore] public abstract Subject Subject { get; }

    /// <summary>The service it concerns, when it concerns one.</summary>
    [JsonIgnore] public virtual ServiceKey? OfService => null;
}

/// <summary>Names the journal kind of a fact and the version of its body.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class JournalKindAttribute(string kind, int version = 1) : Attribute
{
    public string Kind { get; } = kind;
    public int Version { get; } = version;
}

/// <summary>A fact that belongs to one incident's story.</summary>
public interface IIncidentFact
{
    IncidentId Incident { get; }
}
