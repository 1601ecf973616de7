using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.OnCall.Pages;

/// <summary>Escalation policies as people say them. Pure.</summary>
internal static class PolicyWords
{
    /// <returns>One sentence for each step.</returns>
    public static IReadOnlyList<string> Steps(EscalationPolicyModel policy, OnCallModel onCall, CatalogModel catalog) =>
        [.. policy.Steps.Select((step, index) => $"{When(step, index)} {string.Join(" and ", step.Notify.Select(target => Who(target, onCall, catalog)))}.")];

    /// <returns>What follows the last step.</returns>
    public static string After(EscalationPolicyModel policy) => policy.RoundsMax switch
    {
        1 => "Then nobody else is woken.",
        { } rounds => $"Then again from the beginning {Durations.InWords(policy.RepeatEvery)} later, {rounds} rounds in all.",
        null => $"Then again from the beginning {Durations.InWords(policy.RepeatEvery)} later, until somebody acknowledges.",
    };

    private static string When(StepModel step, int index) => (index, step.After) switch
    {
        (0, { Ticks: 0 }) => "At once",
        (0, var after) => $"{Durations.InWords(after)} after the opening",
        (_, { Ticks: 0 }) => "At the same time",
        var (_, after) => $"{Durations.InWords(after)} later, if nobody acknowledged,",
    };

    private static string Who(StepTarget target, OnCallModel onCall, CatalogModel catalog) => target switch
    {
        StepTarget.Person person => catalog.NameOf(person.Key),
        StepTarget.Schedule schedule => $"whoever is on call for {(onCall.Schedules.TryGetValue(schedule.Key, out var model) ? model.Name : schedule.Key)}",
        _ => "everyone",
    };
}
