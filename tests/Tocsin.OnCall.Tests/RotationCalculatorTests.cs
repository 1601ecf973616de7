using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Extensions;
using Tocsin.Kernel;

namespace Tocsin.OnCall.Tests;

public sealed class RotationCalculatorTests
{
    private static readonly PersonKey Ana = new("ana"), Ben = new("ben"), Cleo = new("cleo");

    /// <summary>Zones whose clocks do unusual things, and a spread of the rest.</summary>
    private static readonly string[] Zones =
    [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/Sao_Paulo",
        "Pacific/Chatham", "Antarctica/Troll", "Asia/Kathmandu", "Europe/Dublin", "America/Havana", "Asia/Gaza", "Pacific/Kwajalein", "UTC", "Etc/GMT+12",
        .. DateTimeZoneProviders.Tzdb.Ids.Where((_, index) => index % 17 == 0),
    ];

    private static ScheduleModel Schedule(
        string zone = "Europe/Berlin", IsoDayOfWeek day = IsoDayOfWeek.Monday, string time = "09:00", int weeks = 1,
        LocalDate? startsOn = null, params PersonKey[] people) => new()
    {
        Key = "primary", Name = "Primary", Zone = DateTimeZoneProviders.Tzdb[zone], HandoffDay = day,
        HandoffTime = NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(time).Value,
        ShiftWeeks = weeks, StartsOn = startsOn ?? new LocalDate(2024, 1, 1), People = people.Length > 0 ? people : [Ana, Ben, Cleo],
    };

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("2024-01-01T08:00:00Z", "ana")] // 09:00 in Berlin: the hand-off itself belongs to the next person
    [InlineData("2024-01-01T07:59:59.999Z", "cleo")]
    [InlineData("2024-01-08T08:00:00Z", "ben")]
    [InlineData("2024-01-22T08:00:00Z", "ana")]
    [InlineData("2023-12-25T08:00:00Z", "cleo")] // before the start the turns are counted backwards
    public void OnCallAt_WeeklyTurns_FollowTheOrderOfPeople(string at, string person) =>
        RotationCalculator.OnCallAt(Schedule(), [], At(at)).Person.Value.ShouldBe(person);

    [Fact]
    public void OnCallAt_StartInTheMiddleOfATurn_CountsFromTheHandoffBefore()
    {
        var shift = RotationCalculator.OnCallAt(Schedule(startsOn: new LocalDate(2024, 1, 4), weeks: 2), [], At("2024-01-10T00:00:00Z"));
        shift.ShouldBe(new Shift("primary", Ana, At("2024-01-01T08:00:00Z"), At("2024-01-15T08:00:00Z")));
    }

    [Theory]
    // Berlin skips 02:00 to 03:00 on 31 March 2024: a hand-off at 02:30 happens at 03:00 summer time.
    [InlineData("Europe/Berlin", "sunday", "02:30", "2024-03-31T00:00:00Z", "2024-03-31T01:00:00Z")]
    // Berlin has 02:30 twice on 27 October 2024: the first one counts.
    [InlineData("Europe/Berlin", "sunday", "02:30", "2024-10-27T00:00:00Z", "2024-10-27T00:30:00Z")]
    [InlineData("America/New_York", "sunday", "02:30", "2024-03-10T00:00:00Z", "2024-03-10T07:00:00Z")]
    [InlineData("America/New_York", "sunday", "01:30", "2024-11-03T00:00:00Z", "2024-11-03T05:30:00Z")]
    // Lord Howe moves its clocks by half an hour: 02:00 to 02:30 is skipped on 6 October 2024.
    [InlineData("Australia/Lord_Howe", "sunday", "02:15", "2024-10-05T00:00:00Z", "2024-10-05T15:30:00Z")]
    // Samoa had no Friday 30 December 2011.
    [InlineData("Pacific/Apia", "friday", "09:00", "2011-12-30T00:00:00Z", "2011-12-30T10:00:00Z")]
    public void Shifts_HandoffWhereClocksJump_FollowsTheNamedPolicy(string zone, string day, string time, string from, string handoff)
    {
        var schedule = Schedule(zone, Enum.Parse<IsoDayOfWeek>(day, ignoreCase: true), time);
        RotationCalculator.Shifts(schedule, [], At(from), At(from).AddDays(2))[^1].Start.ShouldBe(At(handoff));
    }

    [Fact]
    public void Shifts_AnyScheduleAndWindow_FollowEachOtherWithoutGapOrOverlap()
    {
        var (shortest, longest, cut) = (TimeSpan.MaxValue, TimeSpan.Zero, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Cases, one =>
        {
            var (schedule, overrides, from, until) = one;
            var shifts = RotationCalculator.Shifts(schedule, overrides, from, until);
            shifts.Count.ShouldBeGreaterThan(0);
            shifts[0].Start.ShouldBeLessThanOrEqualTo(from);
            shifts[^1].End.ShouldBeGreaterThanOrEqualTo(until);
            foreach (var (one1, two) in shifts.Zip(shifts.Skip(1))) two.Start.ShouldBe(one1.End);
            foreach (var shift in shifts) shift.End.ShouldBeGreaterThan(shift.Start);
            foreach (var turn in RotationCalculator.Shifts(schedule, [], from, until))
            {
                var length = turn.End - turn.Start - TimeSpan.FromDays(7 * schedule.ShiftWeeks);
                length.Duration().ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(24)); // what clocks can jump
                (shortest, longest) = (length < shortest ? length : shortest, length > longest ? length : longest);
            }
            cut += shifts.Count(shift => shift.InsteadOf is not null);
            return true;
        }));
        // Days of changed clocks and overrides were among them, or nothing was tested.
        shortest.ShouldBeLessThan(TimeSpan.Zero);
        longest.ShouldBeGreaterThan(TimeSpan.Zero);
        cut.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void OnCallAt_AnyMoment_IsTheOneShiftOfTheListThatHoldsIt() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Cases, one =>
    {
        var (schedule, overrides, from, until) = one;
        var shifts = RotationCalculator.Shifts(schedule, overrides, from, until);
        // Both sides of each edge, and a few moments between.
        foreach (var at in shifts.SelectMany(shift => new[] { shift.Start, shift.Start.AddTicks(-1), shift.Start.AddHours(1) }).Where(at => at >= from && at < until).Take(60))
        {
            RotationCalculator.OnCallAt(schedule, overrides, at).ShouldBe(shifts.Single(shift => shift.Contains(at)));
        }
    }));

    [Fact]
    public void Handoff_OutsideOfJumps_IsTheLocalTimeOfTheSchedule()
    {
        foreach (var zone in Zones)
        {
            foreach (var shift in RotationCalculator.Shifts(Schedule(zone), [], At("2024-01-01T00:00:00Z"), At("2026-01-01T00:00:00Z")))
            {
                var local = shift.Start.ToInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
                (local.DayOfWeek, local.TimeOfDay).ShouldBe((IsoDayOfWeek.Monday, new LocalTime(9, 0)), zone);
            }
        }
    }

    [Fact]
    public void Shifts_NewestOverride_IsOnTopAndNamesWhomItReplaces()
    {
        Override[] overrides =
        [
            new(1, "primary", Ben, At("2024-01-02T00:00:00Z"), At("2024-01-04T00:00:00Z")),
            new(2, "primary", Cleo, At("2024-01-03T00:00:00Z"), At("2024-01-05T00:00:00Z")),
            new(3, "secondary", Cleo, At("2024-01-06T00:00:00Z"), At("2024-01-07T00:00:00Z")),
        ];
        RotationCalculator.Shifts(Schedule(), overrides, At("2024-01-01T08:00:00Z"), At("2024-01-08T08:00:00Z")).ShouldBe(
        [
            new Shift("primary", Ana, At("2024-01-01T08:00:00Z"), At("2024-01-02T00:00:00Z")),
            new Shift("primary", Ben, At("2024-01-02T00:00:00Z"), At("2024-01-03T00:00:00Z"), Ana),
            new Shift("primary", Cleo, At("2024-01-03T00:00:00Z"), At("2024-01-05T00:00:00Z"), Ana),
            new Shift("primary", Ana, At("2024-01-05T00:00:00Z"), At("2024-01-08T08:00:00Z")),
        ]);
    }

    [Fact]
    public void Gaps_PersonWithoutContact_IsSeenAhead() =>
        RotationCalculator.Gaps(Schedule(), [new(1, "primary", Ana, At("2024-01-09T00:00:00Z"), At("2024-01-10T00:00:00Z"))],
            At("2024-01-01T08:00:00Z"), At("2024-01-15T08:00:00Z"), person => person == Ben ? "has no contact method" : null).ShouldBe(
        [
            new Gap("primary", Ben, At("2024-01-08T08:00:00Z"), At("2024-01-09T00:00:00Z"), "has no contact method"),
            new Gap("primary", Ben, At("2024-01-10T00:00:00Z"), At("2024-01-15T08:00:00Z"), "has no contact method"),
        ]);

    [Fact]
    public void Shifts_WindowWithoutLimit_IsRefused() => Should.Throw<ArgumentOutOfRangeException>(
        () => RotationCalculator.Shifts(Schedule(), [], At("2024-01-01T00:00:00Z"), At("2034-01-01T00:00:00Z")));

    private static Arbitrary<(ScheduleModel Schedule, Override[] Overrides, DateTimeOffset From, DateTimeOffset Until)> Cases { get; } = (
        from zone in Gen.Elements(Zones)
        from day in Gen.Elements(Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None).ToArray())
        from minute in Gen.OneOf(Gen.Choose(0, 239), Gen.Choose(0, 1_439)) // clocks jump at night
        from weeks in Gen.Choose(1, 8)
        from people in Gen.Choose(1, 3)
        from start in Gen.Choose(0, 20_000)
        from length in Gen.Choose(1, 500)
        from spans in Gen.ListOf(Gen.Choose(0, 500 * 24).SelectMany(first => Gen.Choose(-5, 400).Select(hours => (first, hours))))
        let begin = At("2009-06-01T00:00:00Z").AddHours(start * 8)
        select (
            Schedule(zone, day, $"{minute / 60:00}:{minute % 60:00}", weeks, new LocalDate(2011, 1, 1).PlusDays(start % 3_000), [.. new[] { Ana, Ben, Cleo }.Take(people)]),
            spans.Take(8).Select((span, i) => new Override(i + 1, i % 4 == 3 ? "other" : "primary", Cleo, begin.AddHours(span.first), begin.AddHours(span.first + span.hours))).ToArray(),
            begin, begin.AddDays(length))).ToArbitrary();
}
