using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.OnCall.Tests;

public sealed class StepResolverTests
{
    private static readonly DateTimeOffset Wednesday = new(2024, 1, 3, 12, 0, 0, TimeSpan.Zero); // ana's turn until Monday 09:00 in Berlin

    private static readonly Revision Revision = new ConfigReader([new CatalogSection(), new OnCallSection()]).ReadText("t.yaml",
        """
        zone: Europe/Berlin
        people: {ben: {name: Ben B.}, ana: , cleo: }
        schedules:
          primary: {people: [ana, ben], name: First line}
          long: {people: [ben], shift_weeks: 4}
        """, DateTimeOffset.UnixEpoch).Revision!;

    private static ResolvedStep Resolve(StepTarget[] targets, Override[]? overrides = null, CatalogModel? catalog = null) =>
        StepResolver.Resolve(new StepModel(TimeSpan.Zero, targets), Revision.Get<OnCallModel>(), catalog ?? Revision.Catalog, overrides ?? [], Wednesday);

    private static string[] Told(ResolvedStep step) => [.. step.People.Select(person => $"{person.Person}: {string.Join("; ", person.Reasons)}")];

    [Fact]
    public void Resolve_Schedule_SaysUntilWhen() =>
        Told(Resolve([new StepTarget.Schedule("primary")])).ShouldBe(["ana: on call for First line until Mon 09:00"]);

    [Fact]
    public void Resolve_LongShift_SaysTheDate() =>
        Told(Resolve([new StepTarget.Schedule("long")])).ShouldBe(["ben: on call for long until 29 Jan 09:00"]);

    [Fact]
    public void Resolve_Override_SaysInsteadOfWhom() => Told(Resolve([new StepTarget.Schedule("primary")],
        [new Override(1, "primary", new PersonKey("cleo"), Wednesday.AddHours(-1), Wednesday.AddHours(5))]))
        .ShouldBe(["cleo: on call for First line until Wed 18:00, instead of ana"]);

    [Fact]
    public void Resolve_SamePersonTwice_IsOnePersonWithBothReasons() =>
        Told(Resolve([new StepTarget.Schedule("primary"), new StepTarget.Person(new PersonKey("cleo")), new StepTarget.Everyone()])).ShouldBe(
        [
            "ana: on call for First line until Mon 09:00; everyone is paged",
            "cleo: named in the step; everyone is paged",
            "ben: everyone is paged",
        ]);

    [Fact]
    public void Resolve_NobodyLeft_SaysWhy()
    {
        var nobody = Revision.Catalog with { People = System.Collections.Frozen.FrozenDictionary<PersonKey, PersonModel>.Empty };
        Resolve([new StepTarget.Everyone()], catalog: nobody).WhyEmpty.ShouldBe("nobody is configured");
        Resolve([new StepTarget.Schedule("primary"), new StepTarget.Schedule("gone"), new StepTarget.Person(new PersonKey("dora"))], catalog: nobody).WhyEmpty
            .ShouldBe("ana is on call for First line and no longer configured; the schedule gone is no longer configured; dora is no longer configured");
        Resolve([]).WhyEmpty.ShouldBe("the step names nobody");
        Resolve([new StepTarget.Everyone()]).WhyEmpty.ShouldBeNull();
    }

    [Fact]
    public void Resolve_PartMissing_StillPagesTheRestAndTells()
    {
        var step = Resolve([new StepTarget.Person(new PersonKey("dora")), new StepTarget.Person(new PersonKey("ben"))]);
        Told(step).ShouldBe(["ben: named in the step"]);
        (step.WhyEmpty, step.Missing).ShouldBe((null, step.Missing));
        step.Missing.ShouldBe(["dora is no longer configured"]);
    }
}
