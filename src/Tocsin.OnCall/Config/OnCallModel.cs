using System.Collections.Frozen;
using NodaTime;
using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <summary>A weekly rotation: people in turn, one shift each.</summary>
public sealed record ScheduleModel
{
    public required string Key { get; init; }
    public required string Name { get; init; }
    /// <summary>Zone in which hand-offs are local times.</summary>
    public required DateTimeZone Zone { get; init; }
    /// <summary>At least one; the order of the turns.</summary>
    public required IReadOnlyList<PersonKey> People { get; init; }
    /// <summary>Day and local time of the hand-off. Default Monday 09:00.</summary>
    public required IsoDayOfWeek HandoffDay { get; init; }
    public required LocalTime HandoffTime { get; init; }
    /// <summary>Weeks in a shift, 1 to 8. Default 1.</summary>
    public required int ShiftWeeks { get; init; }
    /// <summary>A date in the first person's first shift. Default 2024-01-01.</summary>
    public required LocalDate StartsOn { get; init; }
}

/// <summary>Who a step wakes. Closed hierarchy.</summary>
public abstract record StepTarget
{
    private StepTarget() { }
    public sealed record Person(PersonKey Key) : StepTarget;
    public sealed record Schedule(string Key) : StepTarget;
    public sealed record Everyone : StepTarget;
}

/// <param name="After">Since the step before (since the opening for the first). 0 s to 24 h.</param>
public sealed record StepModel(TimeSpan After, IReadOnlyList<StepTarget> Notify);

/// <summary>Ordered steps.</summary>
public sealed record EscalationPolicyModel
{
    public const string DefaultKey = "default";
    public required string Key { get; init; }
    public required IReadOnlyList<StepModel> Steps { get; init; }
    /// <summary>After the last step the first follows again after this. Default 5 min.</summary>
    public required TimeSpan RepeatEvery { get; init; }
    /// <summary>Rounds in all; null is until acknowledged, which is the default.</summary>
    public int? RoundsMax { get; init; }
}

/// <summary>All schedules and policies. The policy <c>default</c> is always there: everyone, again every 5 min.</summary>
public sealed record OnCallModel(
    FrozenDictionary<string, ScheduleModel> Schedules, FrozenDictionary<string, EscalationPolicyModel> Policies);
