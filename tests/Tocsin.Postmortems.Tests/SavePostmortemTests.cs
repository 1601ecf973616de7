using Microsoft.Extensions.DependencyInjection;
using Tocsin.Incidents;
using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems.Tests;

[Trait("Database", "both")]
public sealed class SavePostmortemTests : IAsyncLifetime
{
    private static readonly Actor ByAda = Actor.User(Bench.Ada), ByBob = Actor.User(Bench.Bob);
    private readonly Bench bench = new(PostmortemsModule.Migrations, services => services.AddPostmortems());
    private IncidentId id;

    public async Task InitializeAsync()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        id = (await bench.TheIncidentAsync()).Id;
    }

    public async Task DisposeAsync() => await bench.DisposeAsync();

    private Task<SaveOutcome> SaveAsync(int baseVersion, string? why, string? edited = null, Actor? by = null) => bench.Get<SavePostmortem>().RunAsync(
        id, new PostmortemEdit(baseVersion, why is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["why"] = why }, edited), by ?? ByAda);

    private async Task<PostmortemView> ViewAsync() => (await bench.Get<PostmortemQueries>().FindAsync(id))!;

    [Fact]
    public async Task Save_FirstTime_IsDraftedAndSaved_AndTheAnswerStandsInTheText()
    {
        (await SaveAsync(0, "nobody tried the rollback")).ShouldBeOfType<SaveOutcome.Saved>().Postmortem.Version.ShouldBe(1);
        (await bench.FactsAsync<PostmortemDrafted>()).ShouldHaveSingleItem();
        (await bench.FactsAsync<PostmortemSaved>()).ShouldHaveSingleItem().Version.ShouldBe(1);
        var view = await ViewAsync();
        view.Markdown.ShouldContain("nobody tried the rollback");
        view.Open.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Save_TheSameAgain_WritesNothing()
    {
        await SaveAsync(0, "a");
        (await SaveAsync(0, "a")).ShouldBeOfType<SaveOutcome.Saved>().Postmortem.Version.ShouldBe(1);
        (await bench.FactsAsync<PostmortemSaved>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Save_OnAnOlderVersion_KeepsWhatIsThere_AndAnswersIt()
    {
        await SaveAsync(0, "by Ada");
        (await SaveAsync(0, "by Bob", by: ByBob)).ShouldBeOfType<SaveOutcome.Conflict>().Current.Answers["why"].ShouldBe("by Ada");
        (await ViewAsync()).Saved.Answers["why"].ShouldBe("by Ada");
        (await SaveAsync(1, "by both", by: ByBob)).ShouldBeOfType<SaveOutcome.Saved>().Postmortem.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Save_ByManyAtOnce_OneWinsAndNothingIsLost()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => SaveAsync(0, $"answer {number}")));
        outcomes.OfType<SaveOutcome.Saved>().ShouldHaveSingleItem();
        outcomes.OfType<SaveOutcome.Conflict>().Count().ShouldBe(9);
    }

    [Fact]
    public async Task FactsOfTheRecord_StayLive_UntilSomebodyEditsTheText()
    {
        await SaveAsync(0, "a");
        await bench.Actions.DescribeAsync(id, new IncidentDescription { Cause = "a cable" }, ByAda);
        (await ViewAsync()).Markdown.ShouldContain("a cable");
        await SaveAsync(1, "a", edited: "# Ours\r\n\r\nIn our words.");
        await bench.Actions.DescribeAsync(id, new IncidentDescription { Cause = "a switch" }, ByAda);
        (await ViewAsync()).ShouldSatisfyAllConditions(
            view => view.Markdown.ShouldBe("# Ours\n\nIn our words.\n"), view => view.FollowsTheRecord.ShouldBeFalse());
        await SaveAsync(2, "a", edited: null);
        (await ViewAsync()).Markdown.ShouldContain("a switch");
    }

    [Fact]
    public async Task Save_BadInput_NamesEachField()
    {
        var edit = new PostmortemEdit(0, new Dictionary<string, string> { ["who"] = "x", ["well"] = new string('x', 10_001) }, new string('x', 200_001));
        (await bench.Get<SavePostmortem>().RunAsync(id, edit, ByAda)).ShouldBeOfType<SaveOutcome.Refused>()
            .Errors.Select(error => error.Field).ShouldBe(["answers.who", "answers.well", "text"]);
        (await bench.Get<SavePostmortem>().RunAsync(new IncidentId(99), new PostmortemEdit(0, new Dictionary<string, string>(), null), ByAda))
            .ShouldBeOfType<SaveOutcome.UnknownIncident>();
    }

    [Fact]
    public async Task Recent_ListsWhatIsOverOrWritten()
    {
        (await bench.Get<PostmortemQueries>().ListAsync(1, 10)).Rows.ShouldBeEmpty();
        await SaveAsync(0, "a");
        (await bench.Get<PostmortemQueries>().ListAsync(1, 10)).Rows.ShouldHaveSingleItem().Saved.ShouldBe(new SavedState(id, 1, 1, false));
        (await bench.Get<PostmortemQueries>().ListAsync(2, 10)).Rows.ShouldBeEmpty("what goes on stands before the first page only");
    }
}
