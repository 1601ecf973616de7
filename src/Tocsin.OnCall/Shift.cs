using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <summary>One person's span on a schedule, [Start, End), UTC.</summary>
/// <param name="InsteadOf">Whose turn of the rotation it is, when an override replaces them; null in a turn of one's own.</param>
public sealed record Shift(string Schedule, PersonKey Person, DateTimeOffset Start, DateTimeOffset End, PersonKey? InsteadOf = null)
{
    public bool Contains(DateTimeOffset at) => Start <= at && at < End;
}

/// <summary>Somebody takes a span [From, Until) of a schedule for whoever has it. Where two overlap, the one set later holds.</summary>
/// <param name="Id">Grows with each override that is set.</param>
public sealed record Override(long Id, string Schedule, PersonKey Person, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A span [Start, End) in which the person on call cannot be paged.</summary>
/// <param name="Why">Continues the name of the person: "is not configured", "has no contact method".</param>
public sealed record Gap(string Schedule, PersonKey Person, DateTimeOffset Start, DateTimeOffset End, string Why);
