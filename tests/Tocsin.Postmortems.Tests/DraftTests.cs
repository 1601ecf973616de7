using Microsoft.Extensions.DependencyInjection;
using Tocsin.Incidents;
using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Postmortems.Tests;

/// <summary>Outages of the shop, from the first failed probe to the draft, through the real store and readers.</summary>
public sealed class DraftTests : IAsyncLifetime
{
    private static readonly Actor ByAda = Actor.User(Bench.Ada);
    private readonly Bench bench = new(PostmortemsModule.Migrations, services => services.AddPostmortems());

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await bench.DisposeAsync();

    private async Task<PostmortemView> ViewAsync(IncidentId id) => (await bench.Get<PostmortemQueries>().FindAsync(id)).ShouldNotBeNull();

    /// <summary>A change, 500s, a page, an escalation, a wrong turn, a word to users, a mend.</summary>
    private async Task<IncidentId> LiveOutageAsync()
    {
        await bench.AfterAsync(0, () => Bench.Change(812, "api", bench.Now));
        await bench.AfterAsync(180, bench.Down("api"));
        var id = (await bench.TheIncidentAsync()).Id;
        await bench.AfterAsync(1, () => new PageRequested(new PageId(1), id, Bench.Ada, "mail", 1, 1));
        await bench.AfterAsync(1, () => new PageSent(new PageId(1), id, Bench.Ada, "mail", "250 OK", 1));
        await bench.AfterAsync(30, () => new EscalationStepped(id, 2, 1, [Bench.Bob], "default"));
        await bench.AfterAsync(10);
        await bench.Actions.AcknowledgeAsync(id, Bench.Bob, "page link");
        await bench.Suspicions.SuspectAsync(id, "Orders database", new ServiceKey("db"), null, Actor.User(Bench.Bob));
        await bench.AfterAsync(600, () => new StatusUpdated(id, "investigating", "We look into it.", false));
        await bench.Suspicions.RuleOutAsync(id, 1, "works as usual", ByAda);
        await bench.AfterAsync(60, bench.Up("api"));
        await bench.AfterAsync(30);
        return id;
    }

    [Fact]
    public async Task Draft_OfALiveOutage_HasEveryMomentWithItsSource()
    {
        var draft = (await ViewAsync(await LiveOutageAsync())).Draft;
        var down = Bench.Noon.AddSeconds(180);
        (draft.Moments.Started!.When.At, draft.Moments.Detected!.When.At, draft.Moments.Paged!.When.At, draft.Moments.Notified!.When.At,
            draft.Moments.Acknowledged!.When.At).ShouldBe((down.AddSeconds(-4), down, down.AddSeconds(1), down.AddSeconds(2), down.AddSeconds(42)));
        (draft.Moments.Mitigated!.When.At, draft.Moments.Resolved!.When.At).ShouldBe((down.AddSeconds(702), down.AddSeconds(702)));
        draft.Moments.Started.Source.ShouldStartWith("the first probe that failed");
        draft.Moments.Detected.Source.ShouldBe("check api-http confirmed down by 3 probes");
        draft.Moments.Acknowledged.Source.ShouldBe("acknowledged by Bob (page link)");
        draft.Moments.Resolved.Source.ShouldStartWith("confirmed recovery");
        draft.Times.ShouldBe(new DraftTimes(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(41),
            TimeSpan.FromSeconds(706), TimeSpan.FromSeconds(706), TimeSpan.FromSeconds(706)));
    }

    [Fact]
    public async Task Draft_OfALiveOutage_TellsTheStoryOnce()
    {
        var draft = (await ViewAsync(await LiveOutageAsync())).Draft;
        draft.Timeline.Select(row => row.Kind).ShouldBe(
        [
            TimelineKind.Change, TimelineKind.Detected, TimelineKind.Detected, TimelineKind.Notified, TimelineKind.Escalated, TimelineKind.Acknowledged,
            TimelineKind.Hypothesis, TimelineKind.ToldUsers, TimelineKind.RuledOut, TimelineKind.Mitigated, TimelineKind.Mitigated, TimelineKind.Resolved,
        ]);
        draft.Timeline[1].Text.ShouldBe("First failed probe of api-http: answered 500, expected 200");
        draft.Timeline.Select(row => row.When.At).ShouldBeInOrder();
        draft.Impact.ShouldBe(new DraftImpact(null, 1, 1));
        draft.MisleadingPaths.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            turn => (turn.Suspect, turn.By, turn.RuledOutBy, turn.Because).ShouldBe(("Orders database", "Bob", "Ada", "works as usual")),
            turn => turn.Length.ShouldBe(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task Questions_AreFour_AndAskTheCauseOnlyWhenTheRecordHasNone()
    {
        var id = await LiveOutageAsync();
        var view = await ViewAsync(id);
        view.Draft.Questions.Select(question => question.Text).ShouldBe([PostmortemQuestions.CauseAndWhy.Text, PostmortemQuestions.Well.Text,
            PostmortemQuestions.Hard.Text, PostmortemQuestions.Change.Text]);
        view.Markdown.Split("To be answered").Length.ShouldBe(5);
        await bench.Actions.NoteAsync(id, TimelineKind.CauseFound, "the release dropped an index", null, ByAda);
        view = await ViewAsync(id);
        view.Draft.Cause.ShouldBe(new DraftCause("the release dropped an index", "Ada"));
        view.Draft.Questions[0].ShouldBe(PostmortemQuestions.Why);
    }

    [Fact]
    public async Task Draft_WhileItGoesOn_ClaimsNoEnd()
    {
        await bench.AfterAsync(0, bench.Down("api"));
        var view = await ViewAsync((await bench.TheIncidentAsync()).Id);
        (view.Draft.Moments.Mitigated, view.Draft.Moments.Resolved, view.Draft.Times.Duration).ShouldBe((null, null, null));
        view.Markdown.ShouldContain("- **Duration:** it goes on, from 2026-03-10 11:59:56 to now (UTC)");
    }

    [Fact]
    public async Task Draft_OfNothingButATitle_SaysThatItKnowsNothing()
    {
        var incident = (await bench.Declarations.WriteUpAsync(new Declaration { Title = "Something | broke <once>" }, ByAda)).Value;
        var view = await ViewAsync(incident.Id);
        view.Draft.Timeline.ShouldBeEmpty();
        view.Markdown.ShouldContain("- **Duration:** not recorded");
        view.Markdown.ShouldContain("- **Impact:** not recorded");
        view.Markdown.ShouldContain("# Something \\| broke \\<once\\>");
    }

    [Fact]
    public async Task Draft_CrossingMidnight_RepeatsTheDate_AndNamesTheZoneOnce()
    {
        var told = new ToldOutage
        {
            Title = "Switch", Zone = "EAT", Started = "2023-05-10 22:00", Ended = "2023-05-11 02:00", Services = ["main site"],
            Entries =
            [
                new("2023-05-10 22:15", "detected", "An alert came"), new("2023-05-10 23:00", "hypothesis", "The database"),
                new("2023-05-11 00:30", "escalated", "To the seniors"), new("2023-05-11 02:00", "resolved", "Switch set right"),
            ],
        };
        var incident = (await bench.Declarations.WriteUpAsync(ToldOutageReader.Read(told, "UTC", isPast: true).Declaration!, ByAda)).Value;
        var markdown = (await ViewAsync(incident.Id)).Markdown;
        markdown.ShouldContain("""
            | Time (EAT) | What |
            | --- | --- |
            | 2023-05-10 22:15 | An alert came |
            | 23:00 | The database |
            | 2023-05-11 00:30 | To the seniors |
            | 02:00 | Switch set right |
            """);
        markdown.ShouldContain("4 h 00 min, from 2023-05-10 22:00 to 2023-05-11 02:00 (EAT)");
    }

    /// <summary>Facts of an API outage by a misconfigured cache: eight rows, four hours, 30 % of users.</summary>
    public static readonly ToldOutage CacheOutage = new()
    {
        Title = "API unavailable: cache misconfigured",
        Services = ["API"],
        Zone = "UTC",
        Started = "2024-01-25 10:00 AM",
        Ended = "2024-01-25 2:00 PM",
        Extent = "partial",
        UsersPercent = "30",
        Symptoms = "delays in the functions that matter",
        Cause = "a cache setting of the API server used up its memory",
        Entries =
        [
            new("10:00 AM", "detected", "Monitoring alerts: response times rise"),
            new("10:15 AM", "notified", "The engineers are told and begin to look"),
            new("10:30 AM", "hypothesis", "Network and database are looked at first"),
            new("11:00 AM", "hypothesis", "Database queries are taken for the cause"),
            new("11:30 AM", "escalated", "The senior engineers are called"),
            new("12:00 PM", "cause found", "The cache setting overloads the server"),
            new("1:00 PM", "action", "The setting is rolled back"),
            new("2:00 PM", "resolved", "Everything works again after a restart"),
        ],
    };

    [Fact]
    public async Task Draft_OfATypedOutage_GivesEveryFactBack()
    {
        var incident = (await bench.Declarations.WriteUpAsync(ToldOutageReader.Read(CacheOutage, "Europe/Berlin", isPast: true).Declaration!, ByAda)).Value;
        await bench.TurnAsync();
        var view = await ViewAsync(incident.Id);
        view.Draft.Timeline.Select(row => row.Text).ShouldBe(CacheOutage.Entries.Select(row => row.Text));
        DraftWords.Timed(view.Draft).Select(row => row.Time).ShouldBe(
            ["2024-01-25 10:00", "10:15", "10:30", "11:00", "11:30", "12:00", "13:00", "14:00"]);
        view.Markdown.ShouldContain("- **Duration:** 4 h 00 min, from 2024-01-25 10:00 to 14:00 (UTC)");
        view.Markdown.ShouldContain("- **Impact:** partial outage; 30 % of users (a person's estimate)");
        view.Draft.MisleadingPaths.Select(turn => turn.Length).ShouldBe([TimeSpan.FromMinutes(90), TimeSpan.FromHours(1)]);
        view.Draft.Times.ToDetect.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Draft_TwiceFromTheSameRecord_IsEqualToTheLetter()
    {
        var id = await LiveOutageAsync();
        (await ViewAsync(id)).Markdown.ShouldBe((await ViewAsync(id)).Markdown);
    }
}
