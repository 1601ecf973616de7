using Tocsin.Kernel;

namespace Tocsin.Paging.Escalation;

/// <summary>Somebody whom a step wakes.</summary>
/// <param name="Why">A clause that begins with "you", such as "you are on call for primary until Mon 09:00".</param>
/// <param name="Methods">Names of the methods to be used; empty when there is none.</param>
internal sealed record Wakeable(PersonKey Person, string Why, IReadOnlyList<string> Methods);

/// <summary>What a due run does now.</summary>
/// <param name="Next">The run afterwards; null when it is exhausted.</param>
/// <param name="Wake">Who is woken by <paramref name="StepRun"/>; empty when no step of this round had anybody.</param>
/// <param name="StepRun">Zero-based step that wakes them.</param>
/// <param name="Skipped">Steps that had nobody, with the reason; skipped at once, without waiting.</param>
internal sealed record EscalationStep(
    Run? Next, IReadOnlyList<Wakeable> Wake, int StepRun, int Round, IReadOnlyList<(int Step, string Why)> Skipped);

/// <summary>Decides the next step of an escalation. Pure.</summary>
internal static class EscalationMachine
{
    /// <param name="whoIs">Who a step would wake now; empty people and a reason when nobody.</param>
    public static EscalationStep Apply(Run run, Func<int, (IReadOnlyList<Wakeable> People, string WhyNobody)> whoIs, DateTimeOffset now)
    {
        var skipped = new List<(int, string)>();
        for (var step = run.Step; step < run.Steps.Count; step++)
        {
            var (people, whyNobody) = whoIs(step);
            if (people.Count > 0) return new EscalationStep(After(run, step, now), people, step, run.Round, skipped);
            skipped.Add((step, whyNobody));
        }
        // A whole round without anybody waits like any other: asking again at once would only fill the journal.
        return new EscalationStep(After(run, run.Steps.Count - 1, now), [], run.Steps.Count - 1, run.Round, skipped);
    }

    private static Run? After(Run run, int step, DateTimeOffset now)
    {
        if (step + 1 < run.Steps.Count) return run with { Step = step + 1, NextAt = now + run.Steps[step + 1].After };
        return run.Round >= run.RoundsMax ? null : run with { Step = 0, Round = run.Round + 1, NextAt = now + run.RepeatEvery };
    }
}
