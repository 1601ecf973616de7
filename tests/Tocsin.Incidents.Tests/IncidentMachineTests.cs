using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Check = FsCheck.Check;

namespace Tocsin.Incidents.Tests;

public sealed class IncidentMachineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly PersonKey Ada = new("ada"), Bob = new("bob");

    private static Incident In(IncidentState state, bool isDeclared = false) => new()
    {
        Id = new IncidentId(7),
        Title = "API: refused",
        Severity = Severity.Sev2,
        State = state,
        Services = [],
        Started = ToldMoment.Exactly(Noon.AddMinutes(-10)),
        StartedAt = Noon.AddMinutes(-10),
        OpenedAt = Noon.AddMinutes(-9),
        AckedBy = state == IncidentState.Open ? null : Ada,
        AckedAt = state == IncidentState.Open ? null : Noon.AddMinutes(-8),
        ResolvedAt = state == IncidentState.Resolved ? Noon.AddMinutes(-1) : null,
        Ended = state == IncidentState.Resolved ? ToldMoment.Exactly(Noon.AddMinutes(-2)) : null,
        EndedAt = state == IncidentState.Resolved ? Noon.AddMinutes(-2) : null,
        IsDeclared = isDeclared,
        IsPast = false,
    };

    /// <summary>One of each nested command type: a new one without an example here fails the test below.</summary>
    private static readonly IncidentCommand[] OneOfEach =
    [
        new IncidentCommand.Acknowledge(Bob, "browser", null), new IncidentCommand.Resolve("done"),
        new IncidentCommand.Recover(Noon.AddMinutes(-1), TimeSpan.FromSeconds(30)), new IncidentCommand.EndQuiet(),
        new IncidentCommand.Join(new AlertId(3), null, "db: refused", "the same failure"),
    ];

    private static void CheckInvariants(IncidentStep step)
    {
        var next = step.Next;
        (next.AckedBy is null).ShouldBe(next.AckedAt is null);
        (next.ResolvedAt is null).ShouldBe(!next.IsOver);
        (next.EndedAt is null).ShouldBe(!next.IsOver);
        if (next.ResolvesAt is not null) (next.IsOver, next.RecoveredAt is null).ShouldBe((false, false));
        if (next.State == IncidentState.Acknowledged) next.AckedBy.ShouldNotBeNull();
        if (next.State == IncidentState.Open) next.AckedBy.ShouldBeNull();
    }

    [Fact]
    public void Apply_EveryStateAndCommand_IsDefinedAndKeepsTheInvariants()
    {
        OneOfEach.Select(command => command.GetType()).ShouldBe(
            typeof(IncidentCommand).GetNestedTypes(System.Reflection.BindingFlags.NonPublic), ignoreOrder: true);
        foreach (var state in Enum.GetValues<IncidentState>())
        {
            foreach (var command in OneOfEach) CheckInvariants(IncidentMachine.Apply(In(state), command, Noon));
        }
    }

    [Theory]
    [InlineData(IncidentState.Open, IncidentReason.Acknowledged)]
    [InlineData(IncidentState.Acknowledged, IncidentReason.AlreadyAcknowledged)]
    [InlineData(IncidentState.Resolved, IncidentReason.AlreadyResolved)]
    public void Acknowledge_InEachState_AnswersWhy(IncidentState state, IncidentReason reason)
    {
        var step = IncidentMachine.Apply(In(state), new IncidentCommand.Acknowledge(Bob, "browser", null), Noon);
        step.Reason.ShouldBe(reason);
        step.Next.AckedBy.ShouldBe(state == IncidentState.Open ? Bob : Ada);
    }

    [Fact]
    public void Resolve_AfterRecovery_EndsWhenUsersWereWell()
    {
        var recovered = IncidentMachine.Apply(In(IncidentState.Open), OneOfEach[2], Noon).Next;
        var step = IncidentMachine.Apply(recovered, new IncidentCommand.Resolve(null), Noon.AddSeconds(10));
        step.Next.EndedAt.ShouldBe(Noon.AddMinutes(-1));
        step.Facts.ShouldHaveSingleItem().ShouldBe(new IncidentResolved(new IncidentId(7), false, Noon.AddMinutes(-1), false, null));
    }

    [Fact]
    public void Recover_Declared_Waits() =>
        IncidentMachine.Apply(In(IncidentState.Open, isDeclared: true), OneOfEach[2], Noon).IsIgnored.ShouldBeTrue();

    [Fact]
    public void EndQuiet_BeforeAndAfterItsTime_WaitsAndEnds()
    {
        var recovered = IncidentMachine.Apply(In(IncidentState.Acknowledged), OneOfEach[2], Noon).Next;
        IncidentMachine.Apply(recovered, new IncidentCommand.EndQuiet(), Noon.AddSeconds(29)).Reason.ShouldBe(IncidentReason.StillQuieting);
        var ended = IncidentMachine.Apply(recovered, new IncidentCommand.EndQuiet(), Noon.AddSeconds(30));
        ended.Facts.ShouldHaveSingleItem().ShouldBe(new IncidentResolved(new IncidentId(7), true, Noon.AddMinutes(-1), true, null));
    }

    [Fact]
    public void AnyCommands_ResolvedIsFinalExceptByJoin_AndTheFirstResponderStays()
    {
        var reached = new ConcurrentDictionary<IncidentState, int>();
        var command = Gen.Elements(OneOfEach).Or(Gen.Elements<IncidentCommand>(new IncidentCommand.Acknowledge(Ada, "API", null)));
        var steps = Gen.Zip(command, Gen.Choose(0, 60)).ListOf();
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(steps.ToArbitrary(), run =>
        {
            var (incident, now) = (In(IncidentState.Open), Noon);
            foreach (var (next, seconds) in run)
            {
                now = now.AddSeconds(seconds);
                var step = IncidentMachine.Apply(incident, next, now);
                CheckInvariants(step);
                if (incident.IsOver && next is not IncidentCommand.Join) step.Next.ShouldBe(incident);
                if (incident.AckedBy is { } first && next is not IncidentCommand.Join) step.Next.AckedBy.ShouldBe(first);
                if (!step.IsIgnored || step.Next != incident) step.Facts.ShouldNotBeEmpty();
                incident = step.Next;
            }
            reached.AddOrUpdate(incident.State, 1, (_, count) => count + 1);
            return true;
        }));
        reached.Keys.Order().ShouldBe(Enum.GetValues<IncidentState>());
    }
}
