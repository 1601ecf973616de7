using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Alerts.Tests;

[Trait("Database", "both")]
public sealed class AlertReaderTests : IAsyncLifetime
{
    private readonly Bench bench = new();

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await bench.DisposeAsync();

    private Task<IReadOnlyList<Alert>> FiringAsync() => bench.Store.ReadAsync(async tx => await AlertQueries.FiringAsync(tx));

    [Fact]
    public async Task Down_Again_IsOneAlert_AndUpEndsIt()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.AfterAsync(5, bench.Down("api"));
        (await bench.FactsAsync<AlertFired>()).ShouldHaveSingleItem();
        await bench.AfterAsync(5, bench.Up("api"));
        (await FiringAsync()).ShouldBeEmpty();
        (await bench.FactsAsync<AlertResolved>()).ShouldHaveSingleItem().EndedAt.ShouldBe(bench.Now);
        await bench.AfterAsync(5, bench.Up("api"));
        (await bench.FactsAsync<AlertResolved>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Degraded_ThenDown_ChangesTheSameAlert_AndWorsensItsIncident()
    {
        await bench.AfterAsync(0, bench.Degraded("api"));
        (await bench.TheIncidentAsync()).Severity.ShouldBe(Severity.Sev3);
        await bench.AfterAsync(5, bench.Down("api"));
        (await bench.FactsAsync<AlertFired>()).ShouldHaveSingleItem();
        (await bench.FactsAsync<AlertChanged>()).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Sev2);
        (await bench.TheIncidentAsync()).Severity.ShouldBe(Severity.Sev2);
    }

    [Fact]
    public async Task ConfigApplied_WithoutTheCheck_EndsItsAlert()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        bench.Revisions.Replace(Bench.Shop("api"));
        await bench.AfterAsync(5, () => new ConfigApplied("000000000002", "000000000001", "one check less", 6, 5));
        (await FiringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task SkippedEntry_PagesAgainAfterAPersonResolvedIt()
    {
        await bench.AfterAsync(0, () => new ReaderSkipped("paging", 7, "alert.fired", "bug"));
        await bench.AfterAsync(1, () => new ReaderSkipped("paging", 8, "alert.fired", "bug"));
        var incident = await bench.TheIncidentAsync();
        await bench.Actions.ResolveAsync(incident.Id, Actor.User(Bench.Ada), "restarted");
        await bench.TurnAsync();
        (await FiringAsync()).ShouldBeEmpty();
        await bench.AfterAsync(60, () => new ReaderSkipped("paging", 9, "alert.fired", "bug"));
        (await bench.FactsAsync<IncidentReopened>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ResolvedByAPerson_WhileACheckIsDown_LeavesItsAlertFiring()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        await bench.Actions.ResolveAsync((await bench.TheIncidentAsync()).Id, Actor.User(Bench.Ada), null);
        await bench.TurnAsync();
        (await FiringAsync()).ShouldHaveSingleItem();
        (await bench.TheIncidentAsync()).IsOver.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31 * 24 * 60)]
    public async Task Silence_OfAnImpossibleLength_IsRefused(int minutes) =>
        (await bench.Silences.SetAsync(null, null, TimeSpan.FromMinutes(minutes), "why", Actor.Tocsin)).Error.ShouldBe("a silence lasts from 1 minute to 30 days");

    [Fact]
    public async Task Silence_EndsByItsTimeAndByHand()
    {
        var silence = (await bench.Silences.SetAsync(new ServiceKey("api"), null, TimeSpan.FromMinutes(5), "deploy", Actor.User(Bench.Ada))).Value;
        silence.Covers(new ServiceKey("api"), new CheckKey("api-http")).ShouldBeTrue();
        silence.Covers(new ServiceKey("db"), null).ShouldBeFalse();
        (await bench.Silences.EndAsync(silence.Id, Actor.User(Bench.Ada))).ShouldBeTrue();
        (await bench.Silences.EndAsync(silence.Id, Actor.User(Bench.Ada))).ShouldBeFalse();
        await bench.Silences.SetAsync(null, null, TimeSpan.FromMinutes(5), "deploy", Actor.User(Bench.Ada));
        (await bench.Silences.ActiveAsync()).ShouldHaveSingleItem();
        await bench.AfterAsync(300);
        (await bench.Silences.ActiveAsync()).ShouldBeEmpty();
    }
}
