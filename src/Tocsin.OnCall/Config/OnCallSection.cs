using System.Collections.Frozen;
using NodaTime;
using NodaTime.Text;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <summary>Who is woken when: <c>schedules</c> and <c>escalation</c>.</summary>
public sealed class OnCallSection : IConfigSection
{
    /// <summary>Kind of names, for <see cref="ConfigShapes.NameOf{T}"/>.</summary>
    public const string Schedule = "schedule";
    private const string Everyone = "everyone";

    private static readonly Field<IReadOnlyList<PersonKey>> People = Field.Required("people", "Who takes turns, in this order.",
        ConfigShapes.OneOrMany(ConfigShapes.NameOf<PersonKey>(CatalogSection.Person), 100));
    private static readonly Field<string> Name = Field.Optional("name", "Name for people.", ConfigShapes.Text(80, "'First line'"), "the key");
    private static readonly Field<DateTimeZone> Zone = Field.Optional("zone", "Time zone of the hand-off.", ConfigShapes.Zone, "the zone of the install");
    private static readonly Field<IsoDayOfWeek> HandoffDay = Field.WithDefault("handoff_day", "Day on which the next person takes over.",
        ConfigShapes.Word([.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None).Select(day => (day.ToString().ToLowerInvariant(), day))]), "monday");
    private static readonly Field<LocalTime> HandoffTime = Field.WithDefault("handoff_time", "Local time of the hand-off.",
        ConfigShapes.Written("time", "a time of day such as 09:00",
            text => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text) is { Success: true, Value: var time } ? time : Parsed<LocalTime>.Bad("")), "09:00");
    private static readonly Field<int> ShiftWeeks = Field.WithDefault("shift_weeks", "Weeks in one turn.", ConfigShapes.Integer(1, 8), "1");
    private static readonly Field<LocalDate> StartsOn = Field.WithDefault("starts_on", "A date in the first turn of the first person.",
        ConfigShapes.Written("date", "a date from 2000 to 2100 such as 2026-01-05",
            text => LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= 2000 and <= 2100 } date } ? date : Parsed<LocalDate>.Bad("")), "2024-01-01");

    private static readonly Field<IReadOnlyList<Entry<ConfigMap>>> Schedules = Field.Optional("schedules",
        "Weekly rotations, by key. Overrides are entered in the browser.",
        ConfigShapes.Named(Schedule, Schedule, ConfigShapes.Map("schedule", [People, Name, Zone, HandoffDay, HandoffTime, ShiftWeeks, StartsOn], map => map), 500), "none");

    private static readonly Field<TimeSpan> After = Field.Optional("after", "Time since the step before, if nobody acknowledged.",
        ConfigShapes.Duration(TimeSpan.Zero, TimeSpan.FromHours(24), "5m"), "0s for the first step, 5m for the others");
    private static readonly Field<IReadOnlyList<string>> Notify = Field.Required("notify", "Whom the step pages.",
        ConfigShapes.OneOrMany(ConfigShapes.NameOf([CatalogSection.Person, Schedule], Everyone), 100));
    private static readonly Field<IReadOnlyList<ConfigMap>> Steps = Field.Required("steps", "Steps in order.",
        ConfigShapes.OneOrMany(ConfigShapes.Map("step", [Notify, After], map => map), 20));
    private static readonly Field<TimeSpan> RepeatEvery = Field.WithDefault("repeat_every", "After the last step the first follows again after this.",
        ConfigShapes.Duration(TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), "5m"), "5m");
    private static readonly Field<int> Rounds = Field.Optional("rounds", "Rounds in all.", ConfigShapes.Integer(1, 1_000), "until somebody acknowledges");

    private static readonly Field<IReadOnlyList<Entry<ConfigMap>>> Escalation = Field.Optional("escalation",
        "Escalation policies, by key; services name one, and the policy default holds for all others.",
        ConfigShapes.Named(CatalogSection.Policy, CatalogSection.Policy, ConfigShapes.Map("policy", [Steps, RepeatEvery, Rounds], map => map), 500),
        "the policy default: everyone by all methods, again every 5m until somebody acknowledges");

    public IReadOnlyList<Field> Keys { get; } = [Schedules, Escalation];
    public IReadOnlyList<(string Kind, string Name)> KnownNames { get; } = [(CatalogSection.Policy, EscalationPolicyModel.DefaultKey)];

    public object Build(ConfigDraft draft)
    {
        var zone = draft.Root.Get(CatalogSection.Zone);
        foreach (var entry in draft.Root.Items(Schedules)) CheckSchedule(entry, draft);
        foreach (var entry in draft.Root.Items(CatalogSection.People).Where(entry => entry.Key == Everyone)) Reserved(entry.Place, draft);
        var policies = draft.Root.Items(Escalation).Select(entry => ToPolicy(entry, draft)).ToDictionary(policy => policy.Key, StringComparer.Ordinal);
        policies.TryAdd(EscalationPolicyModel.DefaultKey, Default);
        return new OnCallModel(
            draft.Root.Items(Schedules).Select(entry => ToSchedule(entry, zone)).ToFrozenDictionary(schedule => schedule.Key, StringComparer.Ordinal),
            policies.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public IEnumerable<ConfigItem> Items(object model)
    {
        var onCall = (OnCallModel)model;
        foreach (var schedule in onCall.Schedules.Values.OrderBy(schedule => schedule.Key, StringComparer.Ordinal))
        {
            yield return new ConfigItem("schedules", schedule.Key, ("people", string.Join(", ", schedule.People)),
                ("hand-off", $"{schedule.HandoffDay} {schedule.HandoffTime:HH':'mm} {schedule.Zone.Id}"));
        }
        foreach (var policy in onCall.Policies.Values.OrderBy(policy => policy.Key, StringComparer.Ordinal))
        {
            yield return new ConfigItem("policies", policy.Key, ("steps", string.Join(", then ", policy.Steps.Select(StepInWords))),
                ("repeat", Durations.InWords(policy.RepeatEvery)), ("rounds", policy.RoundsMax?.ToString(null, null) ?? "until acknowledged"));
        }
    }

    private static EscalationPolicyModel Default { get; } = new()
    {
        Key = EscalationPolicyModel.DefaultKey,
        Steps = [new StepModel(TimeSpan.Zero, [new StepTarget.Everyone()])],
        RepeatEvery = RepeatEvery.Default,
    };

    private static ScheduleModel ToSchedule(Entry<ConfigMap> entry, DateTimeZone zoneOfInstall) => new()
    {
        Key = entry.Key,
        Name = entry.Value.Optional(Name) ?? entry.Key,
        Zone = entry.Value.Optional(Zone) ?? zoneOfInstall,
        People = entry.Value.Get(People),
        HandoffDay = entry.Value.Get(HandoffDay),
        HandoffTime = entry.Value.Get(HandoffTime),
        ShiftWeeks = entry.Value.Get(ShiftWeeks),
        StartsOn = entry.Value.Get(StartsOn),
    };

    private static EscalationPolicyModel ToPolicy(Entry<ConfigMap> entry, ConfigDraft draft)
    {
        var steps = entry.Value.Get(Steps);
        if (steps.Count == 0) entry.Value.Error(Steps, "has no step, expected at least one");
        return new EscalationPolicyModel
        {
            Key = entry.Key,
            Steps = [.. steps.Select((step, index) => new StepModel(
                step.OptionalValue(After) ?? (index == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(5)), Targets(step, draft)))],
            RepeatEvery = entry.Value.Get(RepeatEvery),
            RoundsMax = entry.Value.OptionalValue(Rounds),
        };
    }

    private static StepTarget[] Targets(ConfigMap step, ConfigDraft draft)
    {
        var names = step.Get(Notify);
        if (names.Count == 0) step.Error(Notify, "names nobody, expected at least one");
        return [.. names.Select<string, StepTarget>(name =>
            name == Everyone ? new StepTarget.Everyone()
            : draft.Knows(Schedule, name) ? new StepTarget.Schedule(name)
            : new StepTarget.Person(new PersonKey(name)))];
    }

    private static void CheckSchedule(Entry<ConfigMap> schedule, ConfigDraft draft)
    {
        if (schedule.Value.Get(People).Count == 0) schedule.Value.Error(People, "names nobody, expected at least one person");
        if (schedule.Key == Everyone) Reserved(schedule.Place, draft);
        if (draft.PlaceOf(CatalogSection.Person, schedule.Key) is { } person)
        {
            draft.Error(schedule.Place, $"the schedule '{schedule.Key}' has the key of a person ({person}), expected different keys because a step names either; rename one of them");
        }
    }

    private static void Reserved(Place place, ConfigDraft draft) =>
        draft.Error(place, $"the key '{Everyone}' has a meaning of its own in a step, expected another key");

    private static string StepInWords(StepModel step) => string.Join(" and ", step.Notify.Select(target => target switch
    {
        StepTarget.Person person => person.Key.Value,
        StepTarget.Schedule schedule => schedule.Key,
        _ => Everyone,
    }));
}
