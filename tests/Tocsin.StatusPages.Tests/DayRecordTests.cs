using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages.Tests;

public sealed class DayRecordTests
{
    private static DayRecord Today(SampleRollup[][] rollups, params BadInterval[] intervals) => DayRecords.Of(rollups, intervals, Some.Now)[^1];

    [Fact]
    public void Of_NoData_IsNinetyHollowDaysEndingToday()
    {
        var days = DayRecords.Of([], [], Some.Now);
        days.Count.ShouldBe(90);
        days.ShouldAllBe(day => day.Worst == null);
        days[^1].On.ShouldBe(new DateOnly(2026, 1, 25));
        days[0].On.ShouldBe(new DateOnly(2025, 10, 28));
        Availability.Of(days).ShouldBeNull();
    }

    [Theory]
    [InlineData(100, 0, 0, 0, ComponentState.Operational)]
    [InlineData(999, 0, 1, 0, ComponentState.Degraded)]
    [InlineData(99, 1, 0, 0, ComponentState.Degraded)]
    [InlineData(98, 0, 2, 0, ComponentState.PartialOutage)]
    [InlineData(40, 0, 60, 0, ComponentState.MajorOutage)]
    [InlineData(90, 0, 0, 10, ComponentState.Unknown)]
    public void Of_Probes_GiveTheWorstOfTheDay(int up, int degraded, int down, int unknown, ComponentState expected) =>
        Today([[Some.Day(0, up, degraded, down, unknown)]]).Worst.ShouldBe(expected);

    [Fact]
    public void Of_TwoChecks_CountsTheWorse() =>
        Today([[Some.Day(0, 100)], [Some.Day(0, 75, down: 25)]]).DownShare.ShouldBe(0.25);

    [Fact]
    public void Of_OverlappingIncidents_CountTheirTimeOnce()
    {
        // 14:02:11 of the day have passed; 13:02:11 to 14:02:11 were bad, told twice.
        var hour = new BadInterval(Some.Now.AddHours(-1), Some.Now.AddHours(3), ComponentState.MajorOutage);
        var half = hour with { From = Some.Now.AddMinutes(-30) };
        var day = Today([], hour, half);
        day.DownShare.ShouldBe(1 / (Some.Now - Some.Today).TotalHours, 1e-9);
        day.Worst.ShouldBe(ComponentState.MajorOutage);
    }

    [Fact]
    public void Of_IncidentOverMidnight_MarksBothDays()
    {
        var days = DayRecords.Of([], [new BadInterval(Some.Today.AddHours(-2), Some.Today.AddHours(1), ComponentState.PartialOutage)], Some.Now);
        days[^2].DownShare.ShouldBe(2.0 / 24, 1e-9);
        days[^1].Worst.ShouldBe(ComponentState.PartialOutage);
        days[^3].Worst.ShouldBeNull();
    }

    [Fact]
    public void Of_DegradedIncident_IsNotDown()
    {
        var day = Today([], new BadInterval(Some.Today, Some.Now, ComponentState.Degraded));
        day.DownShare.ShouldBe(0);
        day.Worst.ShouldBe(ComponentState.Degraded);
    }

    [Theory]
    [InlineData(1, 0, 0, "100 %")]
    [InlineData(2_880 * 30, 1, 0, "99.99 %")]
    [InlineData(9_995, 5, 0, "99.95 %")]
    [InlineData(900, 0, 100, "90 to 100 %")]
    [InlineData(0, 10, 0, "0 %")]
    public void Availability_InWords_IsARangeWithUnknownTimeAndNeverRoundedUp(int up, int down, int unknown, string expected) =>
        Availability.Of(DayRecords.Of([[Some.Day(0, up, down: down, unknown: unknown)]], [], Some.Now))!.InWords.ShouldBe(expected);

    [Fact]
    public void Of_AnyProbesAndIncidents_StaysWithinBounds()
    {
        var rollup = from ago in Gen.Choose(0, 100)
                     from counts in Gen.Choose(0, 3_000).ArrayOf(4)
                     select new SampleRollup(Some.Today.AddDays(-ago), counts[0], counts[1], counts[2], counts[3], 0, 0);
        var interval = from start in Gen.Choose(-5_000, 150_000)
                       from length in Gen.Choose(-10, 5_000)
                       from state in Gen.Elements(Enum.GetValues<ComponentState>())
                       select new BadInterval(Some.Now.AddMinutes(-start), Some.Now.AddMinutes(length - start), state);
        var drawn = from checks in rollup.ListOf().Select(days => (IReadOnlyList<SampleRollup>)[.. days.DistinctBy(day => day.From)]).ListOf()
                    from intervals in interval.ListOf()
                    select (checks, intervals);
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure, Prop.ForAll(drawn.ToArbitrary(), inputs =>
        {
            var days = DayRecords.Of(inputs.checks, [.. inputs.intervals], Some.Now);
            var availability = Availability.Of(days);
            return days.Count == 90
                && days.All(day => day.DownShare is >= 0 and <= 1 && day.UnknownShare >= 0 && day.DownShare + day.UnknownShare <= 1 + 1e-9)
                && days.All(day => day.Worst is not null || day is { DownShare: 0, UnknownShare: 0 })
                && days.All(day => day.Worst is not ComponentState.Operational || day is { DownShare: 0, UnknownShare: 0 })
                && (availability is null || (availability.Low <= availability.High + 1e-9 && availability.High <= 1 && availability.Low >= -1e-9));
        }));
    }
}
