using FsCheck;
using FsCheck.Fluent;
using Tocsin.Checks.Scheduling;

namespace Tocsin.Checks.Tests.Scheduling;

public sealed class TimingWheelTests
{
    private static List<(long DueMs, T Item)> Advance<T>(TimingWheel<T> wheel, long nowMs)
    {
        var fired = new List<(long, T)>();
        wheel.Advance(nowMs, fired);
        return fired;
    }

    [Fact]
    public void Advance_BeforeAndAfterDue_FiresOnceAndNotEarly()
    {
        var wheel = new TimingWheel<string>();
        wheel.Add(101, "a");
        Advance(wheel, 100).ShouldBeEmpty();
        Advance(wheel, 101 + TimingWheel<string>.TickMs).ShouldBe([(101, "a")]);
        Advance(wheel, 10_000).ShouldBeEmpty();
        wheel.Count.ShouldBe(0);
        wheel.NextMs().ShouldBeNull();
    }

    [Fact]
    public void Advance_LaterRoundInTheSameSlot_Waits()
    {
        var wheel = new TimingWheel<string>();
        const long round = 8192L * TimingWheel<string>.TickMs;
        wheel.Add(400, "now");
        wheel.Add(400 + round, "later");
        Advance(wheel, 400).Select(fired => fired.Item).ShouldBe(["now"]);
        Advance(wheel, round).ShouldBeEmpty();
        Advance(wheel, 400 + round).Select(fired => fired.Item).ShouldBe(["later"]);
    }

    [Fact]
    public void Advance_AfterALongSleep_FiresEverythingInOrder()
    {
        var wheel = new TimingWheel<int>();
        for (var i = 0; i < 1000; i++) wheel.Add((i * 7919) % 86_400_000L, i);
        var fired = Advance(wheel, 86_400_000L);
        fired.Count.ShouldBe(1000);
        fired.Select(item => item.DueMs).ShouldBeInOrder();
    }

    /// <summary>Against the obvious model: a sorted list.</summary>
    [Fact]
    public void AnyUse_FiresWhatASortedListWould()
    {
        var fires = 0;
        var steps = Gen.Choose(0, 100_000).ListOf(80).Select(list => list.ToArray());
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(steps.ToArbitrary(), story =>
        {
            var (wheel, model, now) = (new TimingWheel<int>(), new List<(long Due, int Item)>(), 0L);
            for (var i = 0; i < story.Length; i++)
            {
                if (i % 3 != 2)
                {
                    model.Add((now + story[i], i));
                    wheel.Add(now + story[i], i);
                    continue;
                }
                now += story[i] / 2;
                var fired = Advance(wheel, now);
                fires += fired.Count;
                if (fired.Exists(item => item.DueMs > now)) return false;
                var late = now - TimingWheel<int>.TickMs;
                foreach (var (_, item) in fired) model.RemoveAll(entry => entry.Item == item);
                if (model.Exists(entry => entry.Due <= late)) return false;
                if (wheel.Count != model.Count) return false;
                if (model.Count > 0 && wheel.NextMs() > Math.Max(model.Min(entry => entry.Due), now) + 2 * TimingWheel<int>.TickMs) return false;
            }
            return true;
        }));
        fires.ShouldBeGreaterThan(1_000);
    }
}
