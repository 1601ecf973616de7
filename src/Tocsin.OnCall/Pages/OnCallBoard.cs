using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.OnCall.Pages;

/// <summary>A span of the coming weeks. A hole is a span in which nobody can be woken.</summary>
/// <param name="Hole">Why nobody can be woken, continuing the name; null when somebody can.</param>
public sealed record ShownShift(Shift Shift, string? Hole);

/// <param name="Now">Who has it now.</param>
/// <param name="Next">The first shift of somebody else; null when the same person has it for all the weeks shown.</param>
/// <param name="Until">When <paramref name="Next"/> begins; null with it.</param>
public sealed record ShownSchedule(ScheduleModel Schedule, ShownShift Now, ShownShift? Next, IReadOnlyList<ShownShift> Shifts)
{
    public DateTimeOffset? Until => Next?.Shift.Start;
    public IEnumerable<ShownShift> Holes => Shifts.Where(shift => shift.Hole is not null);
}

/// <summary>What the on-call page shows.</summary>
/// <param name="Reach">How each configured person can be woken.</param>
public sealed record OnCallView(
    IReadOnlyList<ShownSchedule> Schedules, IReadOnlyList<Override> Overrides, IReadOnlyDictionary<PersonKey, IReadOnlyList<ReachMethod>> Reach);

/// <summary>Composes the on-call page.</summary>
internal sealed class OnCallBoard(IStore store, IRevisions revisions, IReachability reachability, TimeProvider clock)
{
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(28);

    public async Task<OnCallView> LoadAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var revision = revisions.Current;
        var overrides = await store.ReadAsync(async tx => await OnCallQueries.OverridesAsync(tx, now, now + Overrides.AheadMax), cancellation);
        var reach = await reachability.AllAsync(cancellation);
        var schedules = revision.Get<OnCallModel>().Schedules.Values.OrderBy(schedule => schedule.Name, StringComparer.Ordinal)
            .Select(schedule => Show(schedule, overrides, now, person => WhyNot(person, revision.Catalog, reach)));
        return new OnCallView([.. schedules], [.. overrides.OrderBy(other => other.From)], reach);
    }

    internal static ShownSchedule Show(
        ScheduleModel schedule, IReadOnlyList<Override> overrides, DateTimeOffset now, Func<PersonKey, string?> whyNot)
    {
        ShownShift[] shifts = [.. RotationCalculator.Shifts(schedule, overrides, now, now + Ahead).Select(shift => new ShownShift(shift, whyNot(shift.Person)))];
        return new ShownSchedule(schedule, shifts[0], Array.Find(shifts, shift => shift.Shift.Person != shifts[0].Shift.Person), shifts);
    }

    private static string? WhyNot(PersonKey person, CatalogModel catalog, IReadOnlyDictionary<PersonKey, IReadOnlyList<ReachMethod>> reach) =>
        !catalog.People.ContainsKey(person) ? "is not configured any more"
        : reach.TryGetValue(person, out var methods) && methods.Count == 0 ? "has no contact method" : null;
}
