using NodaTime;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.OnCall.Tests;

public sealed class OnCallSectionTests
{
    private static readonly ConfigReader Reader = new([new CatalogSection(), new OnCallSection()]);
    private const string People = "people:\n  ana:\n  ben:\n";

    private static ConfigReading Read(string text) => Reader.ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Read_Nothing_HasTheDefaultPolicy()
    {
        var model = Read("").Revision!.Get<OnCallModel>();

        model.Schedules.ShouldBeEmpty();
        var policy = model.Policies["default"];
        policy.Steps.Single().After.ShouldBe(TimeSpan.Zero);
        policy.Steps.Single().Notify.ShouldBe([new StepTarget.Everyone()]);
        (policy.RepeatEvery, policy.RoundsMax).ShouldBe((TimeSpan.FromMinutes(5), null));
    }

    [Fact]
    public void Read_ScheduleWithPeopleOnly_HasDefaults()
    {
        var schedule = Read(People + "zone: Europe/Berlin\nschedules:\n  primary: {people: [ben, ana]}\n").Revision!.Get<OnCallModel>().Schedules["primary"];

        schedule.People.Select(person => person.Value).ShouldBe(["ben", "ana"]);
        (schedule.Name, schedule.Zone.Id, schedule.ShiftWeeks).ShouldBe(("primary", "Europe/Berlin", 1));
        (schedule.HandoffDay, schedule.HandoffTime, schedule.StartsOn).ShouldBe((IsoDayOfWeek.Monday, new LocalTime(9, 0), new LocalDate(2024, 1, 1)));
    }

    [Fact]
    public void Read_EverythingWritten_IsTaken()
    {
        var reading = Read(People +
            """
            schedules:
              primary: {people: ana, name: First line, zone: America/New_York, handoff_day: friday, handoff_time: "17:30", shift_weeks: 2, starts_on: 2026-01-05}
            escalation:
              default: {steps: [{notify: primary}, {notify: [ben, primary], after: 30s}, {notify: everyone}], repeat_every: 10m, rounds: 3}
              night: {steps: {notify: ana}}
            services:
              shop: {escalation: night}
              api: {escalation: default}
            """);

        reading.Diagnostics.ShouldBeEmpty();
        var model = reading.Revision!.Get<OnCallModel>();
        var schedule = model.Schedules["primary"];
        (schedule.HandoffDay, schedule.HandoffTime, schedule.ShiftWeeks, schedule.StartsOn, schedule.Zone.Id, schedule.Name)
            .ShouldBe((IsoDayOfWeek.Friday, new LocalTime(17, 30), 2, new LocalDate(2026, 1, 5), "America/New_York", "First line"));
        var policy = model.Policies["default"];
        policy.Steps.Select(step => step.After).ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)]);
        policy.Steps[1].Notify.ShouldBe([new StepTarget.Person(new PersonKey("ben")), new StepTarget.Schedule("primary")]);
        (policy.RepeatEvery, policy.RoundsMax).ShouldBe((TimeSpan.FromMinutes(10), 3));
        reading.Revision.Catalog.Services[new ServiceKey("shop")].Escalation.ShouldBe("night");
    }

    [Theory]
    [InlineData("schedules:\n  p: {people: [anna]}", "t.yaml:5:16: schedules.p.people names the person 'anna', which is not configured, did you mean 'ana'?")]
    [InlineData("schedules:\n  p: {people: []}", "t.yaml:5:15: schedules.p.people names nobody, expected at least one person")]
    [InlineData("schedules:\n  p: {zone: UTC}", "t.yaml:5:6: schedules.p has no 'people', expected the name of a person, or a list of them")]
    [InlineData("schedules:\n  p: {people: ana, handoff_day: mondey}", "t.yaml:5:33: schedules.p.handoff_day is 'mondey', expected monday, tuesday, wednesday, thursday, friday, saturday or sunday: did you mean 'monday'?")]
    [InlineData("schedules:\n  p: {people: ana, handoff_time: 9am}", "t.yaml:5:34: schedules.p.handoff_time is '9am', expected a time of day such as 09:00")]
    [InlineData("schedules:\n  p: {people: ana, starts_on: 2026-02-30}", "t.yaml:5:31: schedules.p.starts_on is '2026-02-30', expected a date from 2000 to 2100 such as 2026-01-05")]
    [InlineData("schedules:\n  ana: {people: ana}", "t.yaml:5:3: the schedule 'ana' has the key of a person (t.yaml:2:3), expected different keys because a step names either; rename one of them")]
    [InlineData("schedules:\n  everyone: {people: ana}", "t.yaml:5:3: the key 'everyone' has a meaning of its own in a step, expected another key")]
    [InlineData("escalation:\n  night: {steps: []}", "t.yaml:5:18: escalation.night.steps has no step, expected at least one")]
    [InlineData("escalation:\n  night: {steps: [{notify: []}]}", "t.yaml:5:28: escalation.night.steps.notify names nobody, expected at least one")]
    [InlineData("escalation:\n  night: {steps: [{notify: cleo}]}", "t.yaml:5:28: escalation.night.steps.notify names the person or schedule 'cleo', which is not configured, expected one of 'ana', 'ben'")]
    [InlineData("services:\n  shop: {escalation: nihgt}\nescalation:\n  night: {steps: {notify: ana}}", "t.yaml:5:22: services.shop.escalation names the policy 'nihgt', which is not configured, did you mean 'night'?")]
    public void Read_Mistake_SaysWhatIsWrong(string text, string expected) =>
        Read(People + text).Diagnostics.Select(found => found.ToString()).ShouldBe([expected]);
}
