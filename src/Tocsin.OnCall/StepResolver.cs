using NodaTime;
using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <param name="Reasons">Why this person is in the step, in the order of its targets: "on call for primary until Mon 09:00". At least one.</param>
public sealed record StepPerson(PersonKey Person, IReadOnlyList<string> Reasons);

/// <param name="People">Whom to page, in order, each once.</param>
/// <param name="Missing">Targets that gave nobody, each as a sentence.</param>
public sealed record ResolvedStep(IReadOnlyList<StepPerson> People, IReadOnlyList<string> Missing)
{
    /// <summary>Why nobody is paged; null when somebody is.</summary>
    public string? WhyEmpty => People.Count > 0 ? null : Missing.Count > 0 ? string.Join("; ", Missing) : "the step names nobody";
}

/// <summary>Turns a step of an escalation policy into people. Pure.</summary>
public static class StepResolver
{
    /// <param name="overrides">Those that touch <paramref name="at"/>; others do no harm.</param>
    public static ResolvedStep Resolve(StepModel step, OnCallModel onCall, CatalogModel catalog, IReadOnlyList<Override> overrides, DateTimeOffset at)
    {
        var reasons = new Dictionary<PersonKey, List<string>>();
        var order = new List<PersonKey>();
        var missing = new List<string>();
        foreach (var target in step.Notify)
        {
            foreach (var (person, reason) in Of(target, onCall, catalog, overrides, at, missing))
            {
                if (!reasons.TryGetValue(person, out var known))
                {
                    reasons[person] = known = [];
                    order.Add(person);
                }
                known.Add(reason);
            }
        }
        return new ResolvedStep([.. order.Select(person => new StepPerson(person, reasons[person]))], missing);
    }

    private static List<(PersonKey Person, string Reason)> Of(
        StepTarget target, OnCallModel onCall, CatalogModel catalog, IReadOnlyList<Override> overrides, DateTimeOffset at, List<string> missing)
    {
        switch (target)
        {
            case StepTarget.Everyone:
                if (catalog.People.Count == 0) missing.Add("nobody is configured");
                return [.. catalog.People.Keys.OrderBy(key => key.Value, StringComparer.Ordinal).Select(key => (key, "everyone is paged"))];
            case StepTarget.Person(var person):
                if (catalog.People.ContainsKey(person)) return [(person, "named in the step")];
                missing.Add($"{person} is no longer configured");
                return [];
            case StepTarget.Schedule(var key):
                if (!onCall.Schedules.TryGetValue(key, out var schedule))
                {
                    missing.Add($"the schedule {key} is no longer configured");
                    return [];
                }
                var shift = RotationCalculator.OnCallAt(schedule, overrides, at);
                if (catalog.People.ContainsKey(shift.Person)) return [(shift.Person, InWords(shift, schedule, at, catalog))];
                missing.Add($"{shift.Person} is on call for {schedule.Name} and no longer configured");
                return [];
            default:
                throw new System.Diagnostics.UnreachableException(target.GetType().Name);
        }
    }

    private static string InWords(Shift shift, ScheduleModel schedule, DateTimeOffset at, CatalogModel catalog)
    {
        var end = Instant.FromDateTimeOffset(shift.End).InZone(schedule.Zone).LocalDateTime;
        // The name of a weekday is clear within six days, and not on the same day of next week.
        var until = shift.End - at < TimeSpan.FromDays(6)
            ? $"{end.DayOfWeek.ToString()[..3]} {end:HH':'mm}" : end.ToString("d MMM HH':'mm", System.Globalization.CultureInfo.InvariantCulture);
        var instead = shift.InsteadOf is { } other ? $", instead of {catalog.NameOf(other)}" : "";
        return $"on call for {schedule.Name} until {until}{instead}";
    }
}
