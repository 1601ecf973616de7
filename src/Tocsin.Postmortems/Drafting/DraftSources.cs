using Tocsin.Incidents;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems;

/// <summary>Everything that a draft reads.</summary>
/// <param name="Rows">The story as people read it, oldest first.</param>
/// <param name="Record">The entries behind it, oldest first.</param>
/// <param name="ChecksTotal">Checks of the affected services that are configured.</param>
/// <param name="InstallZone">Zone of times that name none.</param>
internal sealed record DraftSources(
    Incident Incident, IReadOnlyList<TimelineRow> Rows, IReadOnlyList<JournalEntry> Record, IReadOnlyList<Suspicion> Suspicions, int ChecksTotal,
    string InstallZone)
{
    /// <summary>Facts of one kind with their entries, in order of time.</summary>
    public IEnumerable<(JournalEntry Entry, T Fact)> Facts<T>() where T : Fact =>
        Record.Where(entry => entry.Fact is T).Select(entry => (entry, (T)entry.Fact!));

    /// <summary>Told rows of one kind.</summary>
    public IEnumerable<(JournalEntry Entry, IncidentNoted Fact)> Told(TimelineKind kind) => Facts<IncidentNoted>().Where(told => told.Fact.Entry == kind);
}
