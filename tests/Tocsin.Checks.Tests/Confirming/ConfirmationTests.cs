using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Sighting;
using Outcome = Tocsin.Kernel.Ports.Outcome;

namespace Tocsin.Checks.Tests.Confirming;

public sealed class ConfirmationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Finding Good = Finding.Up("answered 200");
    private static readonly Finding Bad = Finding.Down(ProbeReason.Status, "answered 500");
    private static readonly Finding Slow = Finding.Degraded(ProbeReason.Slow, "slow");
    private static readonly Finding Cut = Finding.Down(ProbeReason.Timeout, "no answer");
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private static ProbeResult Result(Finding finding, DateTimeOffset? at = null, double ms = 20, IPAddress? address = null) =>
        new() { Finding = finding, StartedAt = at ?? Noon, Duration = TimeSpan.FromMilliseconds(ms), Address = address };

    private static CheckState In(Outcome? verdict) => CheckState.New with
    {
        Verdict = verdict, Since = verdict is null ? null : Noon.AddDays(-1), LastNumber = 100,
        FirstFailedAt = verdict is Outcome.Down or Outcome.Degraded ? Noon.AddHours(-1) : null,
        BadSince = verdict is Outcome.Down or Outcome.Degraded ? Noon.AddHours(-1) : null,
    };

    /// <summary>Runs a regular probe and all re-probes that follow, each with the next finding; the last one repeats.</summary>
    private static ConfirmationStep Play(CheckState state, Sight sight, params Finding[] findings)
    {
        var next = 0;
        Finding Take() => findings[Math.Min(next++, findings.Length - 1)];
        var begun = Confirmation.Begin(state, Noon)!;
        var step = Confirmation.Finished(begun, begun.Running!.Number, Result(Take()), sight, Noon);
        var queue = new Queue<Reprobe>(step.Reprobes);
        while (queue.TryDequeue(out var reprobe))
        {
            if (Confirmation.BeginReprobe(step.Next, reprobe.Number, Noon + reprobe.After) is not { } started) continue;
            step = Confirmation.Finished(started, reprobe.Number, Result(Take(), Noon + reprobe.After), sight, Noon + reprobe.After);
            foreach (var more in step.Reprobes) queue.Enqueue(more);
        }
        return step;
    }

    [Fact]
    public void Finished_FirstGoodProbeEver_IsUpWithoutConfirmation()
    {
        var step = Play(CheckState.New, Sight.Clear, Good);
        (step.Why, step.Next.Verdict, step.Change!.From).ShouldBe((ConfirmReason.FirstVerdict, Outcome.Up, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Outcome.Up)]
    [InlineData(Outcome.Degraded)]
    [InlineData(Outcome.Unknown)]
    public void Finished_FirstAndBothReprobesBad_IsDownSinceTheFirst(Outcome? before)
    {
        var step = Play(In(before), Sight.Clear, Bad);
        step.Why.ShouldBe(ConfirmReason.Confirmed);
        var change = step.Change!;
        (change.To, change.Began, change.Probes, change.Text).ShouldBe((Outcome.Down, Noon, 3, "answered 500"));
        change.At.ShouldBe(Noon.AddSeconds(3));
        step.Next.FirstFailedAt.ShouldBe(Noon);
    }

    [Fact]
    public void Finished_FirstBad_PlansReprobesAtOneAndThreeSecondsElsewhere()
    {
        var begun = Confirmation.Begin(In(Outcome.Up), Noon)!;
        var failed = IPAddress.Parse("192.0.2.1");
        var step = Confirmation.Finished(begun, begun.Running!.Number, Result(Bad, address: failed), Sight.Clear, Noon);
        step.Reprobes.Select(reprobe => reprobe.After).ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)]);
        step.Reprobes.ShouldAllBe(reprobe => Equals(reprobe.Avoid, failed));
        Confirmation.Begin(step.Next, Noon).ShouldBeNull();
    }

    [Fact]
    public void Finished_ReprobeGood_IsABlip()
    {
        foreach (var findings in new[] { new[] { Bad, Good }, [Bad, Bad, Good] })
        {
            var step = Play(In(Outcome.Up), Sight.Clear, findings);
            (step.Why, step.Next.Verdict, step.Change).ShouldBe((ConfirmReason.Blip, Outcome.Up, null));
            step.Next.Recent.Failed.Length.ShouldBe(1);
        }
    }

    [Fact]
    public void Finished_TwoGoodInARow_EndsTheOutageSinceTheFirst()
    {
        var step = Play(In(Outcome.Down), Sight.Clear, Good);
        (step.Why, step.Change!.To, step.Change.Began, step.Change.BadSince).ShouldBe((ConfirmReason.Recovered, Outcome.Up, Noon, Noon.AddHours(-1)));
        step.Next.BadSince.ShouldBeNull();
        Play(In(Outcome.Down), Sight.Clear, Good, Bad).Next.Verdict.ShouldBe(Outcome.Down);
    }

    [Fact]
    public void Finished_SlowThrice_IsDegraded_AndFromDownPoorAnswersAreDegraded()
    {
        Play(In(Outcome.Up), Sight.Clear, Slow).Change!.To.ShouldBe(Outcome.Degraded);
        Play(In(Outcome.Up), Sight.Clear, Slow, Bad, Bad).Change!.To.ShouldBe(Outcome.Degraded);
        Play(In(Outcome.Up), Sight.Clear, Slow, Good).Change.ShouldBeNull();
        var better = Play(In(Outcome.Down), Sight.Clear, Slow, Good);
        (better.Change!.To, better.Change.Reason).ShouldBe((Outcome.Degraded, ProbeReason.Slow));
    }

    [Fact]
    public void Finished_CannotTell_NeverEndsAnOutage()
    {
        var unknown = Finding.CannotTell(ProbeReason.NoRoute, "no route");
        Play(In(Outcome.Down), Sight.Clear, unknown).Next.Verdict.ShouldBe(Outcome.Down);
        Play(In(Outcome.Up), Sight.Clear, unknown).Change!.To.ShouldBe(Outcome.Unknown);
    }

    [Fact]
    public void Silent_TwoSeconds_ReprobesJoin_AndSilenceAllRoundConfirmsBeforeAnyTimeout()
    {
        var state = Confirmation.Begin(In(Outcome.Up), Noon)!;
        var first = state.Running!.Number;
        var joined = Confirmation.Silent(state, first, TimeSpan.FromSeconds(2), FiveSeconds, Sight.Clear, Noon.AddSeconds(2));
        joined.Reprobes.Select(reprobe => reprobe.After).ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(0.5)]);
        state = joined.Next;
        foreach (var reprobe in joined.Reprobes) state = Confirmation.BeginReprobe(state, reprobe.Number, Noon.AddSeconds(2) + reprobe.After)!;
        state = Confirmation.Silent(state, joined.Reprobes[0].Number, TimeSpan.FromSeconds(2), FiveSeconds, Sight.Clear, Noon.AddSeconds(4)).Next;
        var last = Confirmation.Silent(state, joined.Reprobes[1].Number, TimeSpan.FromSeconds(2), FiveSeconds, Sight.Clear, Noon.AddSeconds(4.5));
        (last.Change!.To, last.Change.Began, last.Change.At).ShouldBe((Outcome.Down, Noon, Noon.AddSeconds(4.5)));
        Confirmation.Finished(last.Next, first, Result(Cut), Sight.Clear, Noon.AddSeconds(5)).Why.ShouldBe(ConfirmReason.Late);
    }

    [Fact]
    public void Silent_FirstAnswersAfterAll_IsNoOutage()
    {
        var state = Confirmation.Begin(In(Outcome.Up), Noon)!;
        var first = state.Running!.Number;
        state = Confirmation.Silent(state, first, TimeSpan.FromSeconds(2), FiveSeconds, Sight.Clear, Noon).Next;
        var step = Confirmation.Finished(state, first, Result(Good, ms: 3_000), Sight.Clear, Noon.AddSeconds(3));
        (step.Next.Verdict, step.Change, step.Next.Doubt).ShouldBe((Outcome.Up, null, null));
        // Known to be slow from now on: silence of two seconds says nothing about it.
        Confirmation.SilenceLimit(step.Next, FiveSeconds).ShouldBe(FiveSeconds);
    }

    [Fact]
    public void Silent_TargetThatIsUsuallySlow_IsGivenItsTime()
    {
        var state = Confirmation.Begin(In(Outcome.Up) with { SlowestAnswer = TimeSpan.FromMilliseconds(700) }, Noon)!;
        var step = Confirmation.Silent(state, state.Running!.Number, TimeSpan.FromSeconds(2), FiveSeconds, Sight.Clear, Noon);
        step.AskAgainAfter.ShouldBe(TimeSpan.FromSeconds(0.8));
        step.Next.Doubt.ShouldBeNull();
    }

    [Fact]
    public void Finished_Intermittent_IsDegradedAtTheThirdAndHealsWithTheWindow()
    {
        var state = In(Outcome.Up);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++) state = Play(state, Sight.Clear, Good).Next;
            var step = Play(state, Sight.Clear, Bad, Good);
            state = step.Next;
            if (round < 2) step.Change.ShouldBeNull();
            else (step.Change!.To, step.Change.Reason).ShouldBe((Outcome.Degraded, ProbeReason.Intermittent));
        }
        var probes = 0;
        while (state.Verdict == Outcome.Degraded && probes < 40)
        {
            state = Play(state, Sight.Clear, Good).Next;
            probes++;
        }
        // Failures stood 1, 6 and 11 probes back: at most one is left when the second has gone.
        probes.ShouldBe(15);
        state.BadSince.ShouldBeNull();
    }

    [Fact]
    public void Finished_CleanOutage_IsNotIntermittentAfterwards()
    {
        var state = Play(In(Outcome.Up), Sight.Clear, Bad).Next;
        for (var i = 0; i < 10; i++) state = Play(state, Sight.Clear, Bad).Next;
        state = Play(state, Sight.Clear, Good).Next;
        state.Recent.Failed.ShouldBeEmpty();
        (state.Verdict, Play(state, Sight.Clear, Bad, Good).Next.Verdict).ShouldBe((Outcome.Up, Outcome.Up));
    }

    /// <summary>Three in a row fail now and then where three of ten do: the two good ones after them say nothing about the seven.</summary>
    [Fact]
    public void Finished_OutageAmongIntermittentFailures_IsIntermittentAfterwards()
    {
        var state = In(Outcome.Up);
        for (var round = 0; round < 3; round++) state = Play(state, Sight.Clear, Bad, Good).Next;
        state.Verdict.ShouldBe(Outcome.Degraded);
        state = Play(state, Sight.Clear, Bad).Next;
        (state.Verdict, state.Recent.Failed.Length).ShouldBe((Outcome.Down, 3));
        var step = Play(state, Sight.Clear, Good);
        (step.Change!.To, step.Change.Reason, step.Why).ShouldBe((Outcome.Degraded, ProbeReason.Intermittent, ConfirmReason.Intermittent));
        step.Next.BadSince.ShouldNotBeNull();
        state = step.Next;
        for (var i = 0; i < RecentProbes.Window; i++) state = Play(state, Sight.Clear, Good).Next;
        (state.Verdict, state.BadSince).ShouldBe((Outcome.Up, null));
    }

    [Fact]
    public void Worsening_WhileBlind_IsUnknownForWhatItExplains()
    {
        var blind = new Sight(SightState.Blind, Evidence: "this host has lost its default route");
        var step = Play(In(Outcome.Up), blind, Cut);
        (step.Change!.To, step.Change.Reason).ShouldBe((Outcome.Unknown, ProbeReason.Blind));
        step.Change.Text.ShouldBe("cannot tell: this host has lost its default route");
        Play(In(Outcome.Up), blind, Bad).Change!.To.ShouldBe(Outcome.Down);
        Play(In(Outcome.Down), blind, Cut).Next.Verdict.ShouldBe(Outcome.Down);
    }

    [Fact]
    public void Worsening_WhileAsking_IsHeldUntilThereIsAnAnswer()
    {
        var held = Play(In(Outcome.Up), Sight.Asking, Cut);
        (held.Why, held.Change).ShouldBe((ConfirmReason.Held, null));
        Confirmation.Reconsider(held.Next, Sight.Clear, Noon).Change!.To.ShouldBe(Outcome.Down);
        Confirmation.Reconsider(held.Next, new Sight(SightState.Blind, Evidence: "x"), Noon).Change!.To.ShouldBe(Outcome.Unknown);
        Play(In(Outcome.Up), Sight.Asking, Bad).Change!.To.ShouldBe(Outcome.Down);
    }

    /// <summary>Results late, doubled and in any order: what was decided by newer probes stays decided.</summary>
    [Fact]
    public void Finished_LateOrDoubleResults_NeverChangeAnything()
    {
        var reached = new HashSet<Outcome?>();
        var outcomes = Gen.Elements(Good, Bad, Slow, Cut, Finding.CannotTell(ProbeReason.NoRoute, "x"));
        var story = outcomes.ListOf(30).Select(list => list.ToArray());
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(story.ToArbitrary(), findings =>
        {
            var state = CheckState.New;
            foreach (var finding in findings)
            {
                var sight = finding.Reason == ProbeReason.Timeout ? Sight.Asking : Sight.Clear;
                state = Confirmation.Reconsider(Play(state, sight, finding, findings[0]).Next, Sight.Clear, Noon).Next;
                state.Doubt.ShouldBeNull();
                reached.Add(state.Verdict);
                for (var number = 0L; number <= state.LastNumber + 1; number++)
                {
                    var late = Confirmation.Finished(state, number, Result(finding), Sight.Clear, Noon);
                    if (late.Why != ConfirmReason.Late || late.Next != state) return false;
                    if (Confirmation.BeginReprobe(state, number, Noon) is not null) return false;
                }
                if ((state.Verdict == Outcome.Up) != (state.Verdict is not null && state.FirstFailedAt is null)) return false;
            }
            return true;
        }));
        reached.ShouldBe([Outcome.Up, Outcome.Degraded, Outcome.Down, Outcome.Unknown], ignoreOrder: true);
    }

    [Fact]
    public void AnyOrderOfInputs_KeepsTheInvariants()
    {
        var moves = Gen.Choose(0, 9_999).ListOf(60).Select(list => list.ToArray());
        var changes = 0;
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(moves.ToArbitrary(), story =>
        {
            var (state, open) = (CheckState.New, new List<long>());
            foreach (var move in story)
            {
                var before = state;
                var step = Move(ref state, open, move);
                if (step is null) continue;
                state = step.Next;
                if (step.Change is { } change)
                {
                    changes++;
                    if (change.From != before.Verdict || change.To != state.Verdict || change.To == before.Verdict) return false;
                }
                else if (state.Verdict != before.Verdict) return false;
                if (state.Running is not null && state.Doubt is not null) return false;
                if (state.Recent.Failed.Length > RecentProbes.Window) return false;
            }
            return true;
        }));
        changes.ShouldBeGreaterThan(1_000);
    }

    private static ConfirmationStep? Move(ref CheckState state, List<long> open, int move)
    {
        var finding = (move / 10 % 5) switch { 0 or 1 => Bad, 2 => Slow, 3 => Good, _ => Cut };
        var number = open.Count > 0 ? open[move / 100 % open.Count] : 1;
        switch (move % 5)
        {
            case 0 when Confirmation.Begin(state, Noon) is { } begun:
                state = begun;
                open.Add(begun.Running!.Number);
                return null;
            case 1 when state.Doubt is { } doubt && Confirmation.BeginReprobe(state, doubt.Attempts[^1].Number - move / 10 % 2, Noon) is { } begun:
                state = begun;
                open.AddRange([doubt.Attempts[^1].Number, doubt.Attempts[^1].Number - 1]);
                return null;
            case 2: return Confirmation.Silent(state, number, TimeSpan.FromSeconds(move % 4), FiveSeconds, Sight.Clear, Noon);
            default: return Confirmation.Finished(state, number, Result(finding), Sight.Clear, Noon);
        }
    }
}
