using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel;
using Tocsin.OnCall;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Escalation;

public sealed class EscalationMachineTests
{
    private static readonly (IReadOnlyList<Wakeable>, string) Nobody = ([], "nobody");

    private static (IReadOnlyList<Wakeable>, string) Somebody(int step) => ([new Wakeable(new PersonKey($"p{step}"), "you are", ["mail"])], "");

    /// <param name="IsThere">For each step, whether it has somebody; 1 to 8.</param>
    private sealed record Case(bool[] IsThere, int[] AfterSeconds, int? RoundsMax, int RepeatSeconds);

    private static Gen<Case> Cases =>
        from count in Gen.Choose(1, 8)
        from isThere in ArbMap.Default.GeneratorFor<bool>().ArrayOf(count)
        from after in Gen.Choose(0, 600).ArrayOf(count)
        from limit in Gen.Choose(0, 3)
        from repeat in Gen.Choose(10, 600)
        select new Case(isThere, after, limit == 0 ? null : limit, repeat);

    private static Run RunOf(Case it) => new(1, new IncidentId(1), "default",
        [.. it.AfterSeconds.Select(after => new StepModel(TimeSpan.FromSeconds(after), [new StepTarget.Everyone()]))],
        TimeSpan.FromSeconds(it.RepeatSeconds), it.RoundsMax, 0, 1, Samples.Now, Samples.Now);

    private static EscalationStep Apply(Run run, Case it, DateTimeOffset now) =>
        EscalationMachine.Apply(run, step => it.IsThere[step] ? Somebody(step) : Nobody, now);

    [Fact]
    public void Apply_AnyPolicy_WakesEveryStepThatHasSomebodyOncePerRoundInOrder() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Cases.ToArbitrary(), it =>
        {
            var expected = Enumerable.Range(0, it.IsThere.Length).Where(step => it.IsThere[step]).ToList();
            var woken = new Dictionary<int, List<int>>();
            var run = RunOf(it);
            for (Run? next = run; next is { Round: <= 3 };)
            {
                var step = Apply(next, it, next.NextAt);
                if (step.Wake.Count > 0) (woken.TryGetValue(step.Round, out var steps) ? steps : woken[step.Round] = []).Add(step.StepRun);
                next = step.Next;
            }
            foreach (var steps in woken.Values) steps.ShouldBe(expected);
            woken.Count.ShouldBe(expected.Count == 0 ? 0 : Math.Min(3, it.RoundsMax ?? 3));
        }));

    [Fact]
    public void Apply_AnyStep_MovesForwardAndNeverBackInTime() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Cases.ToArbitrary(), Gen.Choose(0, 100_000).ToArbitrary(), (it, late) =>
        {
            var run = RunOf(it);
            for (var i = 0; i < 30; i++)
            {
                var now = run.NextAt + TimeSpan.FromMilliseconds(late);
                var step = Apply(run, it, now);
                if (step.Next is not { } next) return;
                next.NextAt.ShouldBeGreaterThanOrEqualTo(now);
                (next.Round, next.Step).ShouldBeGreaterThan((run.Round, run.Step));
                run = next;
            }
        }));

    [Fact]
    public void Apply_SkippedSteps_AreThoseWithoutAnybodyAndNoOther() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Cases.ToArbitrary(), it =>
        {
            for (var first = 0; first < it.IsThere.Length; first++)
            {
                var step = Apply(RunOf(it) with { Step = first }, it, Samples.Now);
                step.Skipped.Select(skipped => skipped.Step).ShouldBe(
                    Enumerable.Range(first, it.IsThere.Length - first).TakeWhile(index => !it.IsThere[index]));
                step.Wake.Count.ShouldBe(it.IsThere.Skip(first).Any(isThere => isThere) ? 1 : 0);
            }
        }));

    [Fact]
    public void Steps_WrittenAndRead_AreTheSame()
    {
        StepModel[] steps =
        [
            new(TimeSpan.Zero, [new StepTarget.Person(new PersonKey("ada")), new StepTarget.Schedule("primary")]),
            new(TimeSpan.FromMinutes(5), [new StepTarget.Everyone()]),
        ];
        StepsText.Write(StepsText.Read(StepsText.Write(steps))).ShouldBe(StepsText.Write(steps));
        StepsText.Read(StepsText.Write(steps))[0].Notify.ShouldBe(steps[0].Notify);
    }
}
