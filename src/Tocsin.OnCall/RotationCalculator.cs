using NodaTime;
using NodaTime.TimeZones;
using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <summary>Who has which shift of a weekly rotation. Pure.</summary>
/// <remarks>
/// Turns are counted from the hand-off on or before <see cref="ScheduleModel.StartsOn"/>, backwards too, so that every moment has
/// exactly one person. A hand-off is a local time; <see cref="Policy"/> says what daylight saving does to it.
/// </remarks>
public static class RotationCalculator
{
    /// <summary>Longest window that is computed at once.</summary>
    public static readonly TimeSpan WindowMax = TimeSpan.FromDays(3 * 366);

    /// <summary>A hand-off that the clocks skip happens when they have skipped; one that happens twice counts the first time.</summary>
    private static readonly ZoneLocalMappingResolver Policy =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>The shift of the rotation at a moment, overrides left out.</summary>
    public static Shift TurnAt(ScheduleModel schedule, DateTimeOffset at) => Turn(schedule, IndexAt(schedule, Instant.FromDateTimeOffset(at)));

    /// <summary>The shift that holds at a moment, cut where overrides and turns begin and end.</summary>
    public static Shift OnCallAt(ScheduleModel schedule, IReadOnlyList<Override> overrides, DateTimeOffset at)
    {
        var turn = TurnAt(schedule, at);
        return Overlay(turn, overrides).Single(shift => shift.Contains(at));
    }

    /// <summary>All shifts that touch [<paramref name="from"/>, <paramref name="until"/>), in order, without gap or overlap. The first and the last
    /// are whole: they may reach out of the window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window is negative or longer than <see cref="WindowMax"/>.</exception>
    public static IReadOnlyList<Shift> Shifts(ScheduleModel schedule, IReadOnlyList<Override> overrides, DateTimeOffset from, DateTimeOffset until)
    {
        if (until < from || until - from > WindowMax) throw new ArgumentOutOfRangeException(nameof(until), until, $"expected 0 to {WindowMax.TotalDays} days after {from:O}");
        var shifts = new List<Shift>();
        for (var index = IndexAt(schedule, Instant.FromDateTimeOffset(from)); ; index++)
        {
            var turn = Turn(schedule, index);
            if (turn.Start >= until) return shifts;
            shifts.AddRange(Overlay(turn, overrides).Where(shift => shift.End > from && shift.Start < until));
        }
    }

    /// <summary>When nobody could be paged, so that it is seen before it happens.</summary>
    /// <param name="whyNot">Why a person cannot be paged, continuing the name; null when they can.</param>
    public static IReadOnlyList<Gap> Gaps(
        ScheduleModel schedule, IReadOnlyList<Override> overrides, DateTimeOffset from, DateTimeOffset until, Func<PersonKey, string?> whyNot) =>
        [.. from shift in Shifts(schedule, overrides, @from, until)
            let why = whyNot(shift.Person)
            where why is not null
            select new Gap(schedule.Key, shift.Person, shift.Start, shift.End, why)];

    private static Shift Turn(ScheduleModel schedule, int index)
    {
        var people = schedule.People;
        var person = people[((index % people.Count) + people.Count) % people.Count];
        return new Shift(schedule.Key, person, Handoff(schedule, index).ToDateTimeOffset(), Handoff(schedule, index + 1).ToDateTimeOffset());
    }

    /// <summary>Beginning of turn <paramref name="index"/>; strictly later for a greater index, because no change of clocks lasts a week.</summary>
    private static Instant Handoff(ScheduleModel schedule, int index)
    {
        var local = First(schedule).PlusWeeks(index * schedule.ShiftWeeks) + schedule.HandoffTime;
        return schedule.Zone.ResolveLocal(local, Policy).ToInstant();
    }

    private static int IndexAt(ScheduleModel schedule, Instant at)
    {
        var days = Period.DaysBetween(First(schedule), at.InZone(schedule.Zone).Date);
        // The date alone is off by one turn at most: on the day of the hand-off before its time, or round a skipped day.
        var index = (int)Math.Floor(days / (7.0 * schedule.ShiftWeeks));
        while (at < Handoff(schedule, index)) index--;
        while (at >= Handoff(schedule, index + 1)) index++;
        return index;
    }

    private static LocalDate First(ScheduleModel schedule) =>
        schedule.StartsOn.DayOfWeek == schedule.HandoffDay ? schedule.StartsOn : schedule.StartsOn.Previous(schedule.HandoffDay);

    /// <summary>One turn with overrides laid over it, the newest on top.</summary>
    private static List<Shift> Overlay(Shift turn, IReadOnlyList<Override> overrides)
    {
        Override[] touching = [.. overrides
            .Where(other => other.Schedule == turn.Schedule && other.From < turn.End && other.Until > turn.Start && other.From < other.Until)
            .OrderByDescending(other => other.Id)];
        DateTimeOffset[] cuts = [.. touching.SelectMany(other => new[] { other.From, other.Until })
            .Where(cut => turn.Contains(cut)).Append(turn.Start).Append(turn.End).Distinct().Order()];
        var shifts = new List<Shift>();
        foreach (var (start, end) in cuts.Zip(cuts.Skip(1)))
        {
            var top = touching.FirstOrDefault(other => other.From <= start && start < other.Until);
            Add(shifts, top is null ? turn with { Start = start, End = end }
                : turn with { Person = top.Person, Start = start, End = end, InsteadOf = top.Person == turn.Person ? null : turn.Person });
        }
        return shifts;
    }

    /// <summary>Joins to the shift before when the same person goes on: an override under another one cuts nothing.</summary>
    private static void Add(List<Shift> shifts, Shift next)
    {
        if (shifts.Count > 0 && shifts[^1].Person == next.Person && shifts[^1].InsteadOf == next.InsteadOf)
        {
            shifts[^1] = shifts[^1] with { End = next.End };
        }
        else shifts.Add(next);
    }
}
