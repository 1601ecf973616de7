using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Tests;

[Trait("Database", "both")]
public sealed class SuspicionsTests : IAsyncLifetime
{
    private static readonly Actor ByAda = Actor.User(Bench.Ada), ByBob = Actor.User(Bench.Bob);
    private readonly Bench bench = new();
    private IncidentId id;

    public async Task InitializeAsync()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        id = (await bench.TheIncidentAsync()).Id;
    }

    public async Task DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task Suspect_ThenRuleOut_TellsWhoSinceWhenAndWhy()
    {
        await bench.AfterAsync(10);
        var first = (await bench.Suspicions.SuspectAsync(id, "Orders database", new ServiceKey("db"), null, ByAda)).Value;
        (first.Number, first.By, first.Since).ShouldBe((1, "Ada", bench.Now));
        await bench.AfterAsync(600);
        (await bench.Suspicions.RuleOutAsync(id, 1, "latency as usual", ByBob)).Value.RuledOutBy.ShouldBe("Bob");
        var kept = (await bench.Queries.SuspicionsAsync(id)).ShouldHaveSingleItem();
        (kept.IsOpen, kept.Because, kept.RuledOutAt).ShouldBe((false, "latency as usual", bench.Now));
        await bench.TurnAsync();
        (await bench.Queries.TimelineAsync(id)).TakeLast(2).Select(row => (row.Kind, row.Text)).ShouldBe(
            [(TimelineKind.Hypothesis, "Suspects Orders database"), (TimelineKind.RuledOut, "Not Orders database: latency as usual")]);
    }

    [Fact]
    public async Task Suspect_TheSameTwice_IsOneSuspicion_AndAgainAfterItWasRuledOut_ANewOne()
    {
        await bench.Suspicions.SuspectAsync(id, "cache", null, null, ByAda);
        (await bench.Suspicions.SuspectAsync(id, "cache", null, null, ByBob)).Value.ShouldSatisfyAllConditions(
            same => same.Number.ShouldBe(1), same => same.By.ShouldBe("Ada"));
        await bench.Suspicions.RuleOutAsync(id, 1, "no", ByAda);
        (await bench.Suspicions.SuspectAsync(id, "cache", null, null, ByBob)).Value.Number.ShouldBe(2);
        (await bench.FactsAsync<IncidentSuspected>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task RuleOut_Twice_KeepsTheFirstReason()
    {
        await bench.Suspicions.SuspectAsync(id, "cache", null, null, ByAda);
        await bench.Suspicions.RuleOutAsync(id, 1, "first", ByAda);
        (await bench.Suspicions.RuleOutAsync(id, 1, "second", ByBob)).Value.Because.ShouldBe("first");
        (await bench.FactsAsync<IncidentRuledOut>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Suspect_BadInput_SaysWhy()
    {
        (await bench.Suspicions.SuspectAsync(id, " ", null, null, ByAda)).Error.ShouldBe("the suspect is empty");
        (await bench.Suspicions.SuspectAsync(id, new string('x', 201), null, null, ByAda)).Error.ShouldBe("the suspect has 201 characters, at most 200 are kept");
        (await bench.Suspicions.SuspectAsync(new IncidentId(99), "x", null, null, ByAda)).Error.ShouldBe("there is no INC-99");
        (await bench.Suspicions.RuleOutAsync(id, 4, "x", ByAda)).Error.ShouldBe("INC-1 has no suspicion 4");
    }

    [Fact]
    public async Task RuleOut_BeforeItWasSuspected_IsRefused()
    {
        await bench.Suspicions.SuspectAsync(id, "cache", null, null, ByAda);
        (await bench.Suspicions.RuleOutAsync(id, 1, "x", ByAda, ToldMoment.Exactly(bench.Now.AddMinutes(-1)))).Error.ShouldNotBeNull();
    }

    [Fact]
    public async Task Suspect_TooManyOpen_AsksToRuleSomeOut()
    {
        for (var number = 0; number < 50; number++) (await bench.Suspicions.SuspectAsync(id, $"part {number}", null, null, ByAda)).IsValid.ShouldBeTrue();
        (await bench.Suspicions.SuspectAsync(id, "one more", null, null, ByAda)).Error.ShouldNotBeNull().ShouldContain("rule some out");
    }
}
