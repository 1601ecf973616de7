using Tocsin.Checks.Scheduling;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Scheduling;

public sealed class ScheduleTests
{
    [Fact]
    public void Phase_ManyKeys_IsSpreadAndStable()
    {
        var interval = TimeSpan.FromSeconds(30);
        var phases = Enumerable.Range(0, 3_000).Select(i => Phase.Of(new CheckKey($"check-{i}"), interval)).ToList();
        phases.ShouldAllBe(phase => phase >= TimeSpan.Zero && phase < interval);
        var perSecond = phases.GroupBy(phase => (int)phase.TotalSeconds).Select(group => group.Count()).ToList();
        perSecond.Count.ShouldBe(30);
        perSecond.Max().ShouldBeLessThan(160);
        phases.Min().ShouldBeLessThan(TimeSpan.FromMilliseconds(200));
        Phase.Of(new CheckKey("check-1"), interval).ShouldBe(phases[1]);
        Phase.Of(new CheckKey("daily"), TimeSpan.FromDays(1)).ShouldBeLessThan(interval);
    }

    [Fact]
    public void ProbeGate_SilentTargets_LeaveRoomForTheOthers()
    {
        var gate = new ProbeGate(totalMax: 10, perHostMax: 3);
        for (var i = 0; i < 5; i++) gate.TryEnter($"black-{i}", isSilent: true).ShouldBeTrue();
        gate.TryEnter("black-5", isSilent: true).ShouldBeFalse();
        for (var i = 0; i < 3; i++) gate.TryEnter("good", isSilent: false).ShouldBeTrue();
        gate.TryEnter("good", isSilent: false).ShouldBeFalse();
        gate.TryEnter("other", isSilent: false).ShouldBeTrue();
        gate.Leave("good", isSilent: false);
        gate.Leave("black-0", isSilent: true);
        gate.TryEnter("good", isSilent: false).ShouldBeTrue();
        gate.TryEnter("black-5", isSilent: true).ShouldBeTrue();
        gate.TryEnter("third", isSilent: false).ShouldBeTrue();
        gate.TryEnter("fourth", isSilent: false).ShouldBeFalse();
        gate.UnderWay.ShouldBe(10);
    }

    [Fact]
    public void FlapGuard_EndlessChanges_AtMostSixtyEntriesInAnyHour()
    {
        var guard = FlapGuard.Calm(Outcome.Up);
        var entries = new List<TimeSpan>();
        var flapping = 0;
        var verdict = Outcome.Up;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(5); now += TimeSpan.FromSeconds(20))
        {
            // Every sixth minute it holds still for five, the worst case for a rule that listens to quiet.
            if ((int)now.TotalMinutes % 6 != 0)
            {
                if ((int)now.TotalMinutes % 6 == 5 && now.Seconds == 40)
                {
                    (guard, var settled) = guard.Settled(verdict, now);
                    if (settled == FlapAdvice.Write) entries.Add(now);
                }
                continue;
            }
            verdict = verdict == Outcome.Up ? Outcome.Down : Outcome.Up;
            (guard, var advice) = guard.Changed(verdict, now);
            if (advice != FlapAdvice.Withhold) entries.Add(now);
            if (advice == FlapAdvice.WriteFlapping) flapping++;
        }
        foreach (var entry in entries) entries.Count(other => other >= entry && other < entry + TimeSpan.FromHours(1)).ShouldBeLessThanOrEqualTo(60);
        entries.Count.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void FlapGuard_FastFlapping_IsToldOnceAndSettlesOnTheLastVerdict()
    {
        var (guard, verdict, told) = (FlapGuard.Calm(Outcome.Up), Outcome.Up, new List<FlapAdvice>());
        for (var i = 0; i < 200; i++)
        {
            verdict = verdict == Outcome.Up ? Outcome.Down : Outcome.Up;
            (guard, var advice) = guard.Changed(verdict, TimeSpan.FromSeconds(5 * i));
            told.Add(advice);
        }
        told.Count(advice => advice == FlapAdvice.Write).ShouldBe(FlapGuard.FreeChanges);
        told.Count(advice => advice == FlapAdvice.WriteFlapping).ShouldBe(1);
        guard.Journaled.ShouldBe(Outcome.Down);
        guard.Settled(Outcome.Up, TimeSpan.FromSeconds(1_300)).Advice.ShouldBe(FlapAdvice.Write);
        guard.Settled(Outcome.Down, TimeSpan.FromSeconds(1_300)).Advice.ShouldBe(FlapAdvice.Withhold);
    }

    [Fact]
    public void ClockWatch_StepOfTheWall_IsSeenOnce()
    {
        var watch = new ClockWatch();
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        watch.Look(noon, TimeSpan.Zero).ShouldBeNull();
        watch.Look(noon.AddSeconds(11.5), TimeSpan.FromSeconds(10)).ShouldBeNull();
        watch.Look(noon.AddMinutes(-4), TimeSpan.FromSeconds(11)).ShouldBe(TimeSpan.FromSeconds(-252.5));
        watch.Look(noon.AddMinutes(-4).AddSeconds(1), TimeSpan.FromSeconds(12)).ShouldBeNull();
    }

    [Fact]
    public void StallWatch_Overlap_IsSummed()
    {
        var watch = new StallWatch();
        watch.Woke(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        watch.Woke(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        watch.Woke(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(7));
        watch.Within(TimeSpan.Zero, TimeSpan.FromSeconds(6.5)).ShouldBe(TimeSpan.FromSeconds(3.5));
        watch.Within(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(9)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void LagHistogram_Percentile_IsTheBoundOfItsBucket()
    {
        var lag = new LagHistogram();
        lag.PercentileMs(0.99).ShouldBe(0);
        for (var i = 0; i < 980; i++) lag.Record(3);
        for (var i = 0; i < 20; i++) lag.Record(100);
        lag.PercentileMs(0.5).ShouldBe(6);
        lag.PercentileMs(0.99).ShouldBe(126);
    }
}
