using System.Net;
using AngleSharp.Dom;
using Tocsin.Incidents;
using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Postmortems.Tests.Site;
using Tocsin.Web;

namespace Tocsin.Postmortems.Tests;

/// <summary>What people do in the browser, without a script.</summary>
public sealed class SiteTests : IAsyncLifetime
{
    private TestSite site = null!;
    private Browser ada = null!;

    public async Task InitializeAsync()
    {
        site = await TestSite.StartAsync();
        ada = await site.SignedInAsync(Bench.Ada, Role.Responder);
    }

    public async Task DisposeAsync()
    {
        ada.Dispose();
        await site.DisposeAsync();
    }

    private static (string, string)[] Fields(ToldOutage told) =>
    [
        ("title", told.Title!), ("services", string.Join(", ", told.Services)), ("zone", told.Zone!), ("started", told.Started!), ("ended", told.Ended!),
        ("extent", told.Extent!), ("usersPercent", told.UsersPercent!), ("symptoms", told.Symptoms!), ("cause", told.Cause!),
    ];

    private static void ShouldBeTheCacheOutage(Answer print)
    {
        print.Status.ShouldBe(HttpStatusCode.OK);
        var table = print.Page.QuerySelectorAll("table").Single(one => one.QuerySelector("th")!.TextContent == "Time (UTC)");
        table.QuerySelectorAll("tbody tr").Select(row => row.Children[0].TextContent).ShouldBe(
            ["2024-01-25 10:00", "10:15", "10:30", "11:00", "11:30", "12:00", "13:00", "14:00"]);
        table.QuerySelectorAll("tbody tr").Select(row => row.Children[1].TextContent).ShouldBe(DraftTests.CacheOutage.Entries.Select(row => row.Text!));
        print.Words.ShouldContain("4 h 00");
        print.Words.ShouldContain("30 % of users");
        print.Page.QuerySelectorAll("h2").Select(heading => heading.TextContent).ShouldBe(["Issue summary", "Timeline", "Root cause and resolution",
            "Misleading paths", "Corrective and preventative measures", "Lessons learned"]);
    }

    [Fact]
    public async Task PastOutage_TypedRowByRow_ComesBackInPrint()
    {
        var told = DraftTests.CacheOutage;
        var page = await ada.GetAsync("/incidents/past");
        // Four rows are there; the others are asked for one by one, and what was typed stays.
        for (var rows = 4; rows < told.Entries.Count; rows++)
        {
            page = await ada.SubmitAsync(page, "past", "row", [.. Fields(told)]);
            page.Status.ShouldBe(HttpStatusCode.OK);
            page.Page.QuerySelectorAll("[name=text]").Length.ShouldBe(rows + 1);
            page.Page.QuerySelector("[name=title]")!.GetAttribute("value").ShouldBe(told.Title);
        }
        var written = await ada.SubmitAsync(page, "past", "save", [.. Fields(told), .. told.Entries.SelectMany(row =>
            new[] { ("when", row.When!), ("kind", row.Kind!), ("text", row.Text!) })]);
        var postmortem = await ada.FollowAsync(written);
        postmortem.Page.QuerySelectorAll("#questions textarea").Length.ShouldBe(4);
        ShouldBeTheCacheOutage(await ada.GetAsync(postmortem.Path + "/print"));
    }

    [Fact]
    public async Task PastOutage_PastedAsLines_ComesBackInPrint()
    {
        var told = DraftTests.CacheOutage;
        var lines = string.Join('\n', told.Entries.Select(row => $"- **{row.When}:** {row.Kind}: {row.Text}"));
        var page = await ada.GetAsync("/incidents/past");
        var read = await ada.SubmitAsync(page, "past", "lines", [.. Fields(told), ("lines", lines)]);
        read.Page.QuerySelectorAll("[name=when]").Select(input => input.GetAttribute("value")).ShouldBe(told.Entries.Select(row => row.When));
        ShouldBeTheCacheOutage(await ada.GetAsync((await ada.FollowAsync(await ada.SubmitAsync(read, "past", "save"))).Path + "/print"));
    }

    [Fact]
    public async Task PastOutage_WithMistakes_SaysAllOfThem_AndKeepsEveryWord()
    {
        var page = await ada.GetAsync("/incidents/past");
        var refused = await ada.SubmitAsync(page, "past", "save", ("title", ""), ("started", "morning"), ("usersPercent", "many"), ("cause", "a cable"),
            ("when", "10:00"), ("text", "it broke"), ("lines", "no time here"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Page.QuerySelector("textarea[name=cause]")!.TextContent.ShouldBe("a cable");
        refused.Page.QuerySelector("textarea[name=lines]")!.TextContent.ShouldBe("no time here");
        refused.Page.QuerySelector("[name=text]")!.GetAttribute("value").ShouldBe("it broke");
        refused.Words.ShouldContain("line 1: it begins with no time");
        var again = await ada.SubmitAsync(refused, "past", "save", ("lines", ""));
        again.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        again.Page.QuerySelectorAll(".notice li").Select(item => item.TextContent.Split('\'')[0].Trim()).Count().ShouldBe(4);
    }

    [Fact]
    public async Task PastOutage_SavedTwice_IsOne()
    {
        var page = await ada.GetAsync("/incidents/past");
        var first = await ada.SubmitAsync(page, "past", "save", ("title", "Once"));
        (await ada.SubmitAsync(page, "past", "save", ("title", "Once"))).Location.ShouldBe(first.Location);
    }

    [Fact]
    public async Task Declare_OpensAnIncident_ThatIsListed()
    {
        var declared = await ada.SubmitAsync(await ada.GetAsync("/incidents/declare"), "declare", null, ("title", "Checkout <b>odd</b>"), ("service", "api"));
        var page = await ada.FollowAsync(declared);
        page.Page.QuerySelector("h1")!.TextContent.ShouldContain("Checkout <b>odd</b>");
        (await ada.GetAsync("/incidents")).Words.ShouldContain("Checkout <b>odd</b>");
    }

    [Fact]
    public async Task Incident_AcknowledgedSuspectedRuledOutNotedAndResolved_TellsItAll()
    {
        var path = $"/incidents/{await site.BreakAsync("api")}";
        var page = await ada.GetAsync(path);
        page.Page.QuerySelector(".thumb button[value=ack]").ShouldNotBeNull();
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "act", "ack"));
        page.Page.QuerySelector(".thumb button[value=ack]").ShouldBeNull();
        // One tap each.
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "act", "suspect service db"));
        page.Page.QuerySelector("#why")!.TextContent.ShouldContain("Ada looks");
        page.Page.QuerySelector("header .suspected li")!.TextContent.ShouldStartWith("Orders database: Ada looks, since");
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "act", "rule-out 1 works as usual"));
        page.Page.QuerySelector("#why")!.TextContent.ShouldContain("works as usual");
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "suspect", null, ("suspect", "the switch in rack 3")));
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "act", "rule-out 2 …", ("because-2", "its counters are clean")));
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "note", null, ("text", "restarted it"), ("kind", "action")));
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "act", "resolve"));
        page.Words.ShouldContain("Write the postmortem");
        var story = page.Page.QuerySelector("#timeline")!.TextContent;
        foreach (var part in new[] { "api-http is down", "Ada acknowledged (browser)", "Suspects Orders database", "Not Orders database: works as usual",
            "Not the switch in rack 3: its counters are clean", "restarted it", "Resolved" }) story.ShouldContain(part);
    }

    [Fact]
    public async Task Incident_Corrected_SaysWhatIsWrong_AndKeepsTheRest()
    {
        var path = $"/incidents/{await site.BreakAsync("api")}";
        var refused = await ada.SubmitAsync(await ada.GetAsync(path), "correct", null, ("usersPercent", "300"), ("cause", "a cable"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Page.QuerySelector("textarea[name=cause]")!.TextContent.ShouldBe("a cable");
        var page = await ada.FollowAsync(await ada.SubmitAsync(refused, "correct", null, ("usersPercent", "30 %"), ("extent", "partial"), ("severity", "Sev1")));
        page.Page.QuerySelector("#what")!.TextContent.ShouldContain("partial, 30 % of users");
        page.Page.QuerySelector("h1 .tag")!.TextContent.ShouldBe("SEV1");
    }

    [Fact]
    public async Task Viewer_SeesEverything_AndCanChangeNothing()
    {
        var id = await site.BreakAsync("api");
        using var bob = await site.SignedInAsync(Bench.Bob, Role.Viewer);
        var page = await bob.GetAsync($"/incidents/{id}");
        page.Page.QuerySelectorAll("main button").ShouldBeEmpty();
        (await bob.SubmitAsync(page, "act", null, ("act", "resolve"))).Status.ShouldNotBe(HttpStatusCode.Redirect);
        (await site.Get<IncidentQueries>().FindAsync(id))!.IsOver.ShouldBeFalse();
        (await bob.GetAsync($"/postmortems/{id}")).Page.QuerySelectorAll("main textarea").ShouldBeEmpty();
        (await bob.GetAsync("/incidents/declare")).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/incidents/INC-999")]
    [InlineData("/incidents/nonsense")]
    [InlineData("/postmortems/INC-999")]
    [InlineData("/postmortems/INC-999/print")]
    [InlineData("/postmortems/INC-999.md")]
    public async Task UnknownIncident_IsNotFound(string path) => (await ada.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Postmortem_TwoPeopleSave_NothingIsLost()
    {
        var path = $"/postmortems/{await site.BreakAsync("api")}";
        using var bob = await site.SignedInAsync(Bench.Bob, Role.Responder);
        var (hers, his) = (await ada.GetAsync(path), await bob.GetAsync(path));
        await ada.FollowAsync(await ada.SubmitAsync(hers, "answers", null, ("why", "no limit on memory")));
        var conflict = await bob.SubmitAsync(his, "answers", null, ("why", "nobody tested it"), ("well", "the page came"));
        conflict.Status.ShouldBe(HttpStatusCode.Conflict);
        conflict.Page.QuerySelector(".notice pre")!.TextContent.ShouldBe("no limit on memory");
        conflict.Page.QuerySelector("textarea[name=why]")!.TextContent.ShouldBe("nobody tested it");
        var saved = await bob.FollowAsync(await bob.SubmitAsync(conflict, "answers", null, ("why", "no limit on memory, and nobody tested it")));
        saved.Page.QuerySelector("article")!.TextContent.ShouldContain("no limit on memory, and nobody tested it");
        saved.Page.QuerySelector("article")!.TextContent.ShouldContain("the page came");
    }

    [Fact]
    public async Task Postmortem_EditedByHand_IsShownSafely_AndCanFollowTheRecordAgain()
    {
        var path = $"/postmortems/{await site.BreakAsync("api")}";
        var page = await ada.FollowAsync(await ada.SubmitAsync(await ada.GetAsync(path), "text", null, ("text", "# Ours\n\n<script>alert(1)</script> [x](javascript:alert(1))")));
        page.Page.QuerySelectorAll("article script").ShouldBeEmpty();
        page.Page.QuerySelector("article h1")!.TextContent.ShouldBe("Ours");
        page.Page.QuerySelector("#questions").ShouldBeNull();
        page = await ada.FollowAsync(await ada.SubmitAsync(page, "follow", null));
        page.Page.QuerySelector("article h1")!.TextContent.ShouldBe("API: answered 500");
    }

    [Fact]
    public async Task Postmortem_TextSavedAsItStood_StillFollowsTheRecord()
    {
        var id = await site.BreakAsync("api");
        var page = await ada.GetAsync($"/postmortems/{id}");
        await ada.FollowAsync(await ada.SubmitAsync(page, "text", null));
        (await site.Get<PostmortemQueries>().FindAsync(id))!.FollowsTheRecord.ShouldBeTrue();
    }

    [Fact]
    public async Task Postmortem_AsMarkdown_IsTheSameTextByPageAndApi()
    {
        var id = await site.BreakAsync("api");
        var text = (await ada.GetAsync($"/postmortems/{id}.md")).Text;
        text.ShouldStartWith("# API: answered 500");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/incidents/{id}/postmortem");
        request.Headers.Accept.ParseAdd("text/markdown");
        using var program = await site.WithTokenAsync(Bench.Ada, Role.Responder);
        using var answer = await program.SendAsync(request);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/markdown");
        (await answer.Content.ReadAsStringAsync()).ShouldBe(text);
    }

    [Fact]
    public async Task Pages_OfPostmortemsAndIncidents_AreThereWhenEmpty()
    {
        (await ada.GetAsync("/postmortems")).Words.ShouldContain("No postmortem yet.");
        (await ada.GetAsync("/incidents")).Words.ShouldContain("No incident yet.");
    }
}
