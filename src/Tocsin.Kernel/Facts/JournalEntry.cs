namespace Tocsin.Kernel.Facts;

/// <summary>One line of the journal. Immutable.</summary>
/// <param name="Seq">Order in which facts became durable; positive, never reused, gaps are legal.</param>
/// <param name="At">When it happened, UTC; may lie before the entry above it.</param>
/// <param name="Kind">Such as <c>check.down</c>.</param>
/// <param name="Version">Version of the body.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Service">The service it concerns; null when none.</param>
/// <param name="Actor">Who caused it.</param>
/// <param name="Cause">Seq of the entry that led to this one; 0 when none did.</param>
/// <param name="Body">The fact as JSON.</param>
public sealed record JournalEntry(
    long Seq, DateTimeOffset At, string Kind, int Version, Subject Subject, ServiceKey? Service, Actor Actor, long Cause,
    string Body)
{
    /// <summary>The body read; null for a kind of a newer program.</summary>
    public Fact? Fact => field ??= FactKinds.Read(Kind, Body);
}

/// <summary>Where the cause of a new entry stands: an older entry, or one appended earlier in the same unit.</summary>
/// <remarks><c>default</c> is no cause.</remarks>
public readonly record struct Cause
{
    private Cause(long seq, int index) => (Seq, UnitIndex) = (seq, index);

    /// <summary>Seq of an entry already in the journal; 0 when there is none.</summary>
    public long Seq { get; }

    /// <summary>One-based position among the entries of this unit; 0 when the cause is older.</summary>
    public int UnitIndex { get; }

    public static Cause Entry(long seq) => new(seq, 0);
    public static Cause InUnit(int oneBasedIndex) => new(0, oneBasedIndex);
    public static implicit operator Cause(JournalEntry entry) => Entry(entry.Seq);
}
