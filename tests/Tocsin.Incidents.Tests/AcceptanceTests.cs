using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Tests;

/// <summary>From the verdict of a check to the end of the incident, on the real store and a fake clock.</summary>
[Trait("Database", "both")]
public sealed class AcceptanceTests : IAsyncLifetime
{
    private readonly Bench bench = new();

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task CheckDown_OpensOneIncident_DatedBackToTheFirstFailedProbe()
    {
        await bench.AfterAsync(10, bench.Down("api"));
        var incident = await bench.TheIncidentAsync();
        incident.State.ShouldBe(IncidentState.Open);
        incident.Title.ShouldBe("API: answered 500, expected 200");
        incident.StartedAt.ShouldBe(bench.Now.AddSeconds(-4));
        incident.Services.ShouldBe([new AffectedService(new ServiceKey("api"), "API")]);
    }

    [Fact]
    public async Task Recovery_ResolvesAfterTheQuietTime_AndIsDatedToTheFirstGoodProbe()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(60, bench.Up("api"));
        var upAt = bench.Now;
        await bench.AfterAsync(29);
        (await bench.TheIncidentAsync()).State.ShouldBe(IncidentState.Open);
        await bench.AfterAsync(1);
        var incident = await bench.TheIncidentAsync();
        incident.State.ShouldBe(IncidentState.Resolved);
        incident.EndedAt.ShouldBe(upAt);
        incident.Duration.ShouldBe(TimeSpan.FromSeconds(64));
        (await bench.FactsAsync<IncidentResolved>()).ShouldHaveSingleItem().Automatic.ShouldBeTrue();
    }

    [Fact]
    public async Task Recovery_BrokenByAReturn_WaitsForTheWholeQuietTimeAgain()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(60, bench.Up("api"));
        await bench.AfterAsync(20, bench.Down("api"));
        await bench.AfterAsync(20, bench.Up("api"));
        await bench.AfterAsync(20);
        (await bench.TheIncidentAsync()).IsOver.ShouldBeFalse();
        await bench.AfterAsync(10);
        (await bench.TheIncidentAsync()).IsOver.ShouldBeTrue();
    }

    [Fact]
    public async Task DependentFailures_JoinOneIncident_NamedAfterTheCause()
    {
        await bench.AfterAsync(0, bench.Down("storefront"));
        await bench.AfterAsync(300, bench.Down("db", text: "connection refused"));
        var incident = await bench.TheIncidentAsync();
        incident.Title.ShouldBe("Orders database: connection refused");
        incident.Services.Select(service => service.Key.Value).ShouldBe(["db", "storefront"]);
        incident.Severity.ShouldBe(Severity.Sev1);
        (await bench.FactsAsync<IncidentOpened>()).ShouldHaveSingleItem();
        (await bench.FactsAsync<IncidentAlertJoined>()).ShouldHaveSingleItem().Because.ShouldBe("Storefront depends on Orders database");
    }

    [Fact]
    public async Task UnrelatedFailure_LongAfter_OpensItsOwn()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(300, bench.Down("blog"));
        (await bench.Queries.OpenAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task SameFailure_Within30Minutes_ReopensAndWantsANewAcknowledge()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        await bench.Actions.AcknowledgeAsync(id, Bench.Ada, "browser");
        await bench.AfterAsync(60, bench.Up("api"));
        await bench.AfterAsync(30);
        await bench.AfterAsync(29 * 60, bench.Down("api"));
        var again = await bench.TheIncidentAsync();
        (again.Id, again.State, again.AckedBy).ShouldBe((id, IncidentState.Open, null));
        (await bench.FactsAsync<IncidentReopened>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SameFailure_After30Minutes_IsANewIncident()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(60, bench.Up("api"));
        await bench.AfterAsync(30);
        await bench.AfterAsync(30 * 60 + 1, bench.Down("api"));
        (await bench.Queries.RecentAsync(10)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Silence_HoldsTheIncidentBack_AndItsEndBringsTheWholeStory()
    {
        (await bench.Silences.SetAsync(new ServiceKey("api"), null, TimeSpan.FromMinutes(2), "planned", Actor.User(Bench.Ada))).IsValid.ShouldBeTrue();
        await bench.AfterAsync(10, bench.Down("api"));
        (await bench.Queries.OpenAsync()).ShouldBeEmpty();
        await bench.AfterAsync(120);
        var incident = await bench.TheIncidentAsync();
        incident.StartedAt.ShouldBe(Bench.Noon.AddSeconds(6));
        (await bench.Queries.TimelineAsync(incident.Id)).ShouldContain(row => row.Kind == TimelineKind.Detected && row.Text.StartsWith("api-http is down"));
    }

    [Fact]
    public async Task ServerAlert_NeverJoinsAnOutageOfAService()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(1, () => new ConfigRefused("000000000001", 2, "tocsin.yaml:3:1: what"));
        (await bench.Queries.OpenAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task DeclaredIncident_IsNotEndedByItsChecks()
    {
        var declared = (await bench.Declarations.DeclareAsync(new Declaration { Title = "Checkout is odd", Services = ["API"] }, Actor.User(Bench.Ada))).Value;
        await bench.AfterAsync(10, bench.Down("api"));
        await bench.AfterAsync(60, bench.Up("api"));
        await bench.AfterAsync(120);
        (await bench.TheIncidentAsync()).Id.ShouldBe(declared.Id);
        (await bench.TheIncidentAsync()).IsOver.ShouldBeFalse();
        (await bench.Actions.ResolveAsync(declared.Id, Actor.User(Bench.Ada), "restarted")).Reason.ShouldBe(IncidentReason.Resolved);
        (await bench.TheIncidentAsync()).IsOver.ShouldBeTrue();
    }

    [Fact]
    public async Task Timeline_LinksChangesOfTheLastHour_OnTheDependencyPathOnly()
    {
        await bench.WriteAsync(Bench.Change(1, "db", bench.Now.AddMinutes(-59)), bench.Now.AddMinutes(-59));
        await bench.WriteAsync(Bench.Change(2, "blog", bench.Now.AddMinutes(-5)), bench.Now.AddMinutes(-5));
        await bench.WriteAsync(Bench.Change(3, "db", bench.Now.AddMinutes(-62)), bench.Now.AddMinutes(-62));
        await bench.WriteAsync(Bench.Change(4, "storefront", bench.Now.AddMinutes(-5)), bench.Now.AddMinutes(-5));
        await bench.WriteAsync(Bench.Change(5, null, bench.Now.AddMinutes(-5)), bench.Now.AddMinutes(-5));
        await bench.AfterAsync(0, bench.Down("api"));
        // Recorded while it lasts: one that just happened, and one of yesterday.
        await bench.AfterAsync(5, () => Bench.Change(6, "cache", bench.Now));
        await bench.WriteAsync(Bench.Change(7, "cache", bench.Now.AddDays(-1)), bench.Now.AddDays(-1));
        await bench.TurnAsync();
        var rows = await bench.Queries.TimelineAsync((await bench.TheIncidentAsync()).Id);
        rows.Where(row => row.Kind == TimelineKind.Change).Select(row => row.Text.Split(' ')[1]).ShouldBe(["deploy/1", "deploy/5", "deploy/6"]);
    }

    [Fact]
    public async Task Timeline_OfADeclaredIncident_HasTheChangesBeforeIt()
    {
        await bench.WriteAsync(Bench.Change(1, "db", bench.Now.AddMinutes(-20)), bench.Now.AddMinutes(-20));
        var declared = (await bench.Declarations.DeclareAsync(new Declaration { Title = "Odd", Services = ["storefront"] }, Actor.User(Bench.Ada))).Value;
        await bench.TurnAsync();
        (await bench.Queries.TimelineAsync(declared.Id)).Select(row => row.Kind).ShouldBe([TimelineKind.Change, TimelineKind.Detected]);
    }

    [Fact]
    public async Task Timeline_IsOrderedByMomentThenRecord_AndToldRowsStandWhereTheyHappened()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        await bench.AfterAsync(60);
        await bench.Actions.NoteAsync(id, TimelineKind.Action, "restarted it", ToldMoment.Exactly(bench.Now.AddSeconds(-30)), Actor.User(Bench.Ada));
        await bench.Actions.NoteAsync(id, TimelineKind.Note, "still bad", null, Actor.User(Bench.Bob));
        await bench.TurnAsync();
        var rows = await bench.Queries.TimelineAsync(id);
        rows.Select(row => row.At).ShouldBeInOrder();
        rows.TakeLast(2).Select(row => (row.By, row.Text)).ShouldBe([("Ada", "restarted it"), ("Bob", "still bad")]);
    }

    [Fact]
    public async Task Timeline_BeforeTheReaderHasRun_HasTheIncidentsOwnEntries()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        await bench.Actions.AcknowledgeAsync(id, Bench.Ada, "page link");
        (await bench.Queries.TimelineAsync(id))[^1].Text.ShouldBe("Ada acknowledged (page link)");
    }

    [Fact]
    public async Task Acknowledge_Twice_KeepsTheFirstResponder()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        (await bench.Actions.AcknowledgeAsync(id, Bench.Ada, "page link")).Reason.ShouldBe(IncidentReason.Acknowledged);
        (await bench.Actions.AcknowledgeAsync(id, Bench.Bob, "browser")).Reason.ShouldBe(IncidentReason.AlreadyAcknowledged);
        (await bench.TheIncidentAsync()).AckedBy.ShouldBe(Bench.Ada);
        (await bench.FactsAsync<IncidentAcknowledged>()).ShouldHaveSingleItem();
        (await bench.Actions.AcknowledgeAsync(new IncidentId(99), Bench.Ada, "API")).Reason.ShouldBe(IncidentReason.Unknown);
    }

    [Fact]
    public async Task Describe_SaysEverythingThatIsWrong_AndWritesOnlyNews()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var incident = await bench.TheIncidentAsync();
        var errors = await bench.Actions.DescribeAsync(incident.Id, new IncidentDescription
        {
            Title = new string('x', 201), Ended = ToldMoment.Exactly(bench.Now), Impact = new Impact(Extent.Full, 130, null, null, null, null),
        }, Actor.User(Bench.Ada));
        errors!.Select(error => error.Field).ShouldBe(["title", "ended", "impact.usersPercent"]);
        (await bench.Actions.DescribeAsync(incident.Id, new IncidentDescription { Title = incident.Title, Severity = incident.Severity }, Actor.User(Bench.Ada)))!.ShouldBeEmpty();
        (await bench.FactsAsync<IncidentDescribed>()).ShouldBeEmpty();
        (await bench.Actions.DescribeAsync(incident.Id, new IncidentDescription { Severity = Severity.Sev3, Cause = "a cache" }, Actor.User(Bench.Ada)))!.ShouldBeEmpty();
        (await bench.TheIncidentAsync()).ShouldSatisfyAllConditions(now => now.Severity.ShouldBe(Severity.Sev3), now => now.Cause.ShouldBe("a cache"));
    }

    [Fact]
    public async Task Actions_AtTheSameTime_AllHappen()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => (Task)bench.Suspicions.SuspectAsync(
            id, $"part {number}", null, null, Actor.User(Bench.Ada))).Append(bench.Actions.AcknowledgeAsync(id, Bench.Ada, "API")));
        (await bench.Queries.SuspicionsAsync(id)).Select(suspicion => suspicion.Number).ShouldBe(Enumerable.Range(1, 20));
        (await bench.TheIncidentAsync()).AckedBy.ShouldBe(Bench.Ada);
    }
}
