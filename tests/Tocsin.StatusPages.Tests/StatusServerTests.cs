using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.StatusPages.Panels;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Web;

namespace Tocsin.StatusPages.Tests;

/// <summary>Reader and pump on a real database, turned by hand.</summary>
[Trait("Database", "both")]
public sealed class StatusServerTests : IAsyncLifetime
{
    private static readonly ServiceKey Checkout = new("checkout");
    private static readonly Actor Ada = Actor.User(new PersonKey("ada"));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");
    private readonly StandingClock clock = new() { Now = Some.Now };
    private readonly FakeStates states = new();
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly IHost host; // never started: the tests turn the pumps
    private long read;

    public StatusServerTests()
    {
        var page = Some.Page("checkout", "cart");
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, [.. IncidentsModule.Migrations, .. StatusPagesModule.Migrations], clock);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddStorage(database).AddIncidents().AddStatusPages()
            .AddSingleton<TimeProvider>(clock).AddSingleton<IComponentStates>(states)
            .AddSingleton<IRevisions>(StatusFixture.Revisions(page, StatusFixture.Home, StatusFixture.Checks(page),
                new IncidentRulesModel { QuietTime = TimeSpan.FromSeconds(30), ReopenWithin = TimeSpan.FromMinutes(30) }));
        host = builder.Build();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        host.Dispose();
        await database.DisposeAsync();
        data.Dispose();
        directory.Delete(recursive: true);
    }

    private IServiceProvider Services => host.Services;
    private StatusBoard Board => Services.GetRequiredService<StatusBoard>();
    private StatusUpdates Updates => Services.GetRequiredService<StatusUpdates>();
    private IncidentActions Actions => Services.GetRequiredService<IncidentActions>();
    private IPump Pump => Services.GetServices<IPump>().Single(pump => pump.Scope == "statuspages");

    /// <summary>Hands the entries that the reader has not seen to it, one unit each.</summary>
    private async Task ReadAsync()
    {
        var reader = Services.GetServices<IJournalReader>().Single(one => one.Name == "statuspages");
        var journal = Services.GetRequiredService<IJournal>();
        while (await journal.ReadAsync(new JournalQuery(After: read, Limit: 1)) is [var entry])
        {
            await database.Facts.WriteAsync(tx => reader.HandleAsync(tx, entry, clock.Now));
            read = entry.Seq;
        }
    }

    private async Task<StatusSnapshot> StepAsync(TimeSpan? later = null)
    {
        await ReadAsync();
        clock.Now += later ?? TimeSpan.FromSeconds(1);
        await Pump.StepAsync(database.Owner.Node, clock.Now, CancellationToken.None);
        return Board.Current!.Snapshot;
    }

    private async Task<Incident> DeclareAsync(string service = "checkout") => (await Services.GetRequiredService<IncidentDeclaration>()
        .DeclareAsync(new Declaration { Title = "Payments fail", Services = [service] }, Ada)).Value;

    private Task AppendAsync(Fact fact) => database.Facts.WriteAsync(tx =>
    {
        tx.Append(fact, clock.Now, Actor.Tocsin);
        return ValueTask.CompletedTask;
    });

    [Fact]
    public async Task Incident_FromOpeningToItsEnd_IsToldStepByStep()
    {
        var incident = await DeclareAsync();
        (await StepAsync()).Open.ShouldHaveSingleItem().Status.ShouldBe(UpdateStatus.Investigating);
        await Actions.AcknowledgeAsync(incident.Id, new PersonKey("ada"), "browser");
        (await StepAsync()).Open[0].Updates[0].Text.ShouldBe("Somebody is working on it.");
        (await Updates.PostAsync(incident.Id, "Identified", "A release is taken back.", Ada)).IsValid.ShouldBeTrue();
        await AppendAsync(new IncidentRecovered(incident.Id, clock.Now, clock.Now.AddSeconds(30)));
        (await StepAsync()).Open[0].Status.ShouldBe(UpdateStatus.Monitoring);
        await Actions.ResolveAsync(incident.Id, Ada, null);
        var end = await StepAsync();
        end.Open.ShouldBeEmpty();
        end.Past.ShouldHaveSingleItem().Updates.Select(update => update.Status).ShouldBe([
            UpdateStatus.Resolved, UpdateStatus.Monitoring, UpdateStatus.Identified, UpdateStatus.Investigating, UpdateStatus.Investigating]);
        (await Services.GetRequiredService<IJournal>().ReadAsync(new JournalQuery(Kinds: ["status.updated"])))
            .Select(entry => ((StatusUpdated)entry.Fact!).Automatic).ShouldBe([true, true, false, true, true]);
    }

    [Fact]
    public async Task Incident_AcknowledgedAfterAPersonSpoke_AddsNothing()
    {
        var incident = await DeclareAsync();
        await StepAsync();
        await Updates.PostAsync(incident.Id, "monitoring", "It looks better.", Ada);
        await Actions.AcknowledgeAsync(incident.Id, new PersonKey("ada"), "browser");
        (await StepAsync()).Open[0].Updates.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Incident_OfNoComponentOrPastOrOfTheServer_IsNeverTold()
    {
        var inside = await DeclareAsync("warehouse");
        await AppendAsync(new IncidentOpened(new IncidentId(900), "The disk is full", [], Severity.Sev1, clock.Now, null, false, false));
        await Services.GetRequiredService<IncidentDeclaration>().WriteUpAsync(new Declaration { Title = "Long ago", Services = ["checkout"] }, Ada);
        var snapshot = await StepAsync();
        snapshot.Incidents.ShouldBeEmpty();
        (await Updates.PostAsync(inside.Id, "identified", "x", Ada)).Error.ShouldNotBeNull().ShouldContain("no component");
    }

    [Fact]
    public async Task Incident_WhoseServicesAreNamedLater_IsToldThen()
    {
        var incident = await DeclareAsync("warehouse");
        (await StepAsync()).Open.ShouldBeEmpty();
        await Actions.DescribeAsync(incident.Id, new IncidentDescription { Services = [new AffectedService(Checkout, "Checkout")] }, Ada);
        (await StepAsync()).Open.ShouldHaveSingleItem().Updates.ShouldHaveSingleItem().Text.ShouldContain("Checkout does not work as it should");
    }

    [Fact]
    public async Task Post_BadInput_IsRefusedWithAReason()
    {
        var incident = await DeclareAsync();
        (await Updates.PostAsync(incident.Id, "fixed", "x", Ada)).Error.ShouldNotBeNull().ShouldContain("investigating, identified, monitoring, resolved");
        (await Updates.PostAsync(incident.Id, "resolved", "  ", Ada)).Error.ShouldBe("the text is empty");
        (await Updates.PostAsync(incident.Id, "resolved", new string('x', 2_001), Ada)).Error.ShouldNotBeNull().ShouldContain("at most 2000");
        (await Updates.PostAsync(new IncidentId(77), "resolved", "x", Ada)).Error.ShouldBe("there is no INC-77");
    }

    [Fact]
    public async Task Panel_Incident_ShowsWhatWasSaidAndWhetherMoreMayBe()
    {
        var panel = Services.GetServices<IPanel<IncidentId>>().ShouldHaveSingleItem();
        var told = await DeclareAsync();
        var inside = await DeclareAsync("warehouse");
        await StepAsync();
        var view = (await panel.LoadAsync(told.Id, CancellationToken.None)).ShouldBeOfType<StatusPanelView>();
        view.CanPost.ShouldBeTrue();
        view.Updates.ShouldHaveSingleItem().IsAutomatic.ShouldBeTrue();
        (await panel.LoadAsync(inside.Id, CancellationToken.None)).ShouldBeOfType<StatusPanelView>().CanPost.ShouldBeFalse();
        (await panel.LoadAsync(new IncidentId(77), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Api_Posting_AnswersTheUpdateOrWhyNot()
    {
        var incident = await DeclareAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(Updates)
            .AddAuthorization(options => options.AddPolicy(Permissions.Respond, policy => policy.RequireAssertion(_ => true)));
        await using var app = builder.Build();
        app.MapGroup("/api/v1").MapStatusUpdates();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var path = $"/api/v1/incidents/{incident.Id}/status-updates";
        (await client.PostAsJsonAsync(path, new { status = "identified", text = "Found it." })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var refused = await client.PostAsJsonAsync(path, new { status = "fixed" });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await client.PostAsJsonAsync("/api/v1/incidents/77/status-updates", new { status = "identified", text = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetFromJsonAsync<UpdateJson[]>(path))!.ShouldHaveSingleItem().Text.ShouldBe("Found it.");
    }

    [Fact]
    public async Task Pump_CheckFact_IsOnThePageAtTheNextStep()
    {
        states.Beliefs = [new CheckBelief(new CheckKey("checkout-http"), Checkout, Outcome.Up, Some.Now.AddHours(-1))];
        (await StepAsync()).Components[0].State.ShouldBe(ComponentState.Operational);
        var before = Board.Current;
        states.Beliefs = [states.Beliefs[0] with { State = Outcome.Down, Since = clock.Now }];
        await AppendAsync(new CheckDown(new CheckKey("checkout-http"), Checkout, clock.Now, "refused", "refused the connection", "x", 3));
        (await StepAsync()).Components[0].State.ShouldBe(ComponentState.MajorOutage);
        (await Board.Current!.Find("/status.json")!).Plain.ETag.ShouldNotBe((await before!.Find("/status.json")!).Plain.ETag);
    }

    [Fact]
    public async Task Pump_ChangeThatNobodyJournalled_IsOnThePageWithinSeconds()
    {
        states.Beliefs = [new CheckBelief(new CheckKey("checkout-http"), Checkout, Outcome.Up, Some.Now.AddHours(-1))];
        await StepAsync();
        states.Beliefs = [states.Beliefs[0] with { State = Outcome.Down, Since = clock.Now }];
        (await StepAsync(TimeSpan.FromSeconds(6))).Components[0].State.ShouldBe(ComponentState.MajorOutage);
    }

    [Fact]
    public async Task Pump_NothingNew_KeepsTheBytesForAMinute()
    {
        await StepAsync();
        var first = Board.Current;
        await StepAsync(TimeSpan.FromSeconds(20));
        await StepAsync(TimeSpan.FromSeconds(20));
        Board.Current.ShouldBeSameAs(first);
        (await StepAsync(TimeSpan.FromSeconds(20))).AsOf.ShouldBe(clock.Now);
    }

    [Fact]
    public async Task Pump_StepsTooSoon_AreToldWhenToComeBack()
    {
        await StepAsync();
        var next = await Pump.StepAsync(database.Owner.Node, clock.Now.AddMilliseconds(100), CancellationToken.None);
        next.At.ShouldBe(clock.Now.AddMilliseconds(250));
    }

    [Fact]
    public async Task Pump_Samples_BecomeBars()
    {
        states.Beliefs = [new CheckBelief(new CheckKey("checkout-http"), Checkout, Outcome.Up, Some.Now.AddHours(-1))];
        var samples = Services.GetRequiredService<ISampleStore>();
        samples.Append("check/checkout-http", new Sample(Some.Now.AddDays(-3), Outcome.Up, 0, 900, false));
        samples.Append("check/checkout-http", new Sample(Some.Now.AddDays(-3).AddSeconds(30), Outcome.Down, 4, 900, false));
        var writer = Services.GetServices<IPump>().Single(pump => pump.Scope == "samples");
        await writer.StepAsync(database.Owner.Node, clock.Now.AddMinutes(1), CancellationToken.None);
        var days = (await StepAsync()).Components[0].Days;
        days[^4].DownShare.ShouldBe(0.5);
        days.Count(day => day.Worst is not null).ShouldBe(1);
    }

    private sealed class StandingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class FakeStates : IComponentStates
    {
        public IReadOnlyList<CheckBelief> Beliefs { get; set; } = [];
        public ValueTask<IReadOnlyList<CheckBelief>> ReadAsync(CancellationToken cancellation) => new(Beliefs);
    }
}
