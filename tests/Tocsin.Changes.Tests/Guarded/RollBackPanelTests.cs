using Microsoft.Extensions.DependencyInjection;
using Tocsin.Changes.Guarded;
using Tocsin.Changes.Panels;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes.Tests.Guarded;

[Trait("Database", "both")]
public sealed class RollBackPanelTests : IAsyncLifetime
{
    private static readonly IncidentId Incident = new(42);
    private readonly TargetWorld world = new();

    public async Task InitializeAsync() => await world.ProveAsync();
    public async Task DisposeAsync() => await world.DisposeAsync();

    private async Task OpenAsync(string service, int startedSecondsAgo = 0) => await AppendAsync(new IncidentOpened(Incident, "t", [new ServiceKey(service)], Severity.Sev2,
        world.Clock.GetUtcNow().AddSeconds(-startedSecondsAgo), null, false, false));

    private Task AppendAsync(Fact fact) => world.Store.WriteAsync(tx =>
    {
        tx.Append(fact, world.Clock.GetUtcNow(), Actor.Tocsin);
        return ValueTask.CompletedTask;
    });

    private async Task<RollBackView?> LoadAsync()
    {
        var panel = world.Services.GetServices<IPanel<IncidentId>>().OfType<RollBackPanel>().Single();
        return (RollBackView?)await panel.LoadAsync(Incident, CancellationToken.None);
    }

    private async Task BreakByHandAsync()
    {
        await File.WriteAllTextAsync(world.File, TargetWorld.Bad);
        world.Reload();
        await world.RunAsync(3);
    }

    [Fact]
    public async Task Load_ContentChangedBefore_OffersAndSaysWhatItWillDo()
    {
        await BreakByHandAsync();
        await OpenAsync("checkout");
        var row = (await LoadAsync()).ShouldNotBeNull().Rows.ShouldHaveSingleItem();
        row.IsOffered.ShouldBeTrue();
        var offer = row.Target.RollBack.ShouldNotBeNull();
        (offer.Diff, offer.Watch).ShouldBe(("version 2 → 1", "watches shop-page for 5 s"));
        offer.HealthyFor.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Load_NothingOnThePathOrNothingToPutBack_IsLeftOut()
    {
        await OpenAsync("checkout");
        (await LoadAsync()).ShouldBeNull("nothing else was proved healthy");
        await BreakByHandAsync();
        await AppendAsync(new IncidentDescribed(Incident, null, null, [new ServiceKey("search")], null, null, null, null));
        (await LoadAsync()).ShouldBeNull("the target is not on the path of search");
    }

    [Fact]
    public async Task Load_WhileItIsPutBackAndAfter_TellsWhoDidAndOffersNothing()
    {
        await BreakByHandAsync();
        await OpenAsync("api");
        await world.RollBackAsync(Incident);
        await world.RunAsync(1);
        var row = (await LoadAsync()).ShouldNotBeNull().Rows.ShouldHaveSingleItem();
        (row.IsOffered, row.Target.UnderWay!.By.InWords).ShouldBe((false, "ada"));
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Confirmed);
        row = (await LoadAsync()).ShouldNotBeNull().Rows.ShouldHaveSingleItem();
        (row.IsOffered, row.Last!.Phase).ShouldBe((false, ChangePhase.Confirmed), "what was bad is not offered");
    }

    [Fact]
    public async Task Load_IncidentIsOver_OffersNothing()
    {
        await BreakByHandAsync();
        await OpenAsync("api");
        await AppendAsync(new IncidentResolved(Incident, true, world.Clock.GetUtcNow(), true, null));
        (await LoadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task RollBack_OfAPageThatIsOld_TellsWhoWasFirst()
    {
        await BreakByHandAsync();
        var seen = (await world.Services.GetRequiredService<TargetQueries>().FindAsync(world.Key))!.RollBack!;
        await world.RollBackAsync(Incident);
        await world.EndAsync();
        var late = await world.Changes.RollBackAsync(world.Key, Incident, seen.From, Actor.User(new PersonKey("grace")));
        (late.Kind, world.Content).ShouldBe((ChangeAnswerKind.TooLate, TargetWorld.Good));
        late.Text.ShouldStartWith("ada put it back ");
    }

    [Fact]
    public async Task Change_View_HasStepsAndLines()
    {
        var id = (await world.ProposeAsync(TargetWorld.Better)).Change!.Value;
        await world.EndAsync();
        var view = (await world.Services.GetRequiredService<TargetQueries>().ChangeAsync(id)).ShouldNotBeNull();
        view.Steps.Count.ShouldBe(9);
        view.Lines.ShouldBe([new DiffLine('-', TargetWorld.Good), new DiffLine('+', TargetWorld.Better)]);
        world.Revisions.Replace(TargetWorld.RevisionOf([world.Target with { IsSecret = true }]));
        (await world.Services.GetRequiredService<TargetQueries>().ChangeAsync(id))!.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Secret_ContentStandsNowhere()
    {
        world.Revisions.Replace(TargetWorld.RevisionOf([world.Target with { IsSecret = true }]));
        await world.ProposeAsync(TargetWorld.Better);
        (await world.EndAsync()).Phase.ShouldBe(ChangePhase.Confirmed);
        await BreakByHandAsync();
        string.Join('\n', (await world.FactsAsync()).Select(FactKinds.Write)).ShouldNotContain("version");
        (await world.Services.GetRequiredService<TargetQueries>().FindAsync(world.Key))!.RollBack!.Diff.ShouldNotContain("version");
    }
}
