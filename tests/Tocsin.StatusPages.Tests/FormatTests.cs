using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using AngleSharp.Html.Parser;

namespace Tocsin.StatusPages.Tests;

public sealed class FormatTests
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    private static async Task<byte[]> BytesAsync(string path, StatusInputs? inputs = null) =>
        (await StatusFixture.Print(inputs ?? Some.Everything(), StatusFixture.Home).Find(path).ShouldNotBeNull()).Plain.Bytes;

    private static async Task<JsonElement> V2Async(string name) =>
        JsonDocument.Parse(await BytesAsync("/status/api/v2/" + name)).RootElement;

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    [Theory]
    [InlineData("/status", "status.html")]
    [InlineData("/status.json", "status.json")]
    [InlineData("/status.atom", "status.atom")]
    [InlineData("/status/api/v2/summary.json", "summary.json")]
    [InlineData("/status/incidents/42", "incident.html")]
    public async Task Print_Everything_IsAsInTheGoldenFile(string path, string golden) => Golden.ShouldBeAsIn(await BytesAsync(path), golden);

    [Fact]
    public async Task Print_StaticPage_LinksOnlyToFilesBesideIt()
    {
        var publication = StatusFixture.Print(Some.Everything(), StatusFixture.Home);
        publication.FileNames.Order(StringComparer.Ordinal).ShouldBe(["index.html", "status.atom", "status.css", "status.js", "status.json"]);
        var page = new HtmlParser().ParseDocument(Encoding.UTF8.GetString((await publication.File("index.html")).Plain.Bytes));
        page.QuerySelectorAll("[href],[src]").Select(element => (element.GetAttribute("href") ?? element.GetAttribute("src"))!.Split('?')[0])
            .Distinct().ShouldAllBe(link => publication.FileNames.Contains(link));
    }

    [Fact]
    public async Task Print_Page_NeedsNoScriptNoFormAndNothingFromElsewhere()
    {
        var page = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(await BytesAsync("/status")));
        page.QuerySelectorAll("form, input, button, iframe, img, style, [style], [onclick], script:not([src])").ShouldBeEmpty();
        page.QuerySelectorAll("[href],[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
            .ShouldAllBe(link => link.StartsWith('/'));
        page.QuerySelectorAll("svg.bars path").Length.ShouldBeLessThan(5 * 5);
        page.QuerySelector(".asof")!.TextContent.ShouldBe("As of 25 Jan 2026, 14:02:11 UTC. The last change was 2 min before.");
    }

    [Fact]
    public async Task Print_EveryText_IsEscapedEverywhere()
    {
        const string evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u0001\uD800";
        var page = Some.Page("checkout");
        var inputs = Some.Inputs(page with { Title = evil, Intro = evil, Components = [page.Components[0] with { Name = evil, Description = evil }] },
            [Some.Check("checkout", Kernel.Ports.Outcome.Down)], [Some.Incident(42, ["checkout"]) with { IsDeclared = true, Title = evil }],
            [Some.Update(1, 42, 3, text: evil)]);
        foreach (var path in new[] { "/status", "/status/incidents/42" })
        {
            var parsed = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(await BytesAsync(path, inputs)));
            parsed.QuerySelectorAll("script:not([src]), img, [onerror]").ShouldBeEmpty();
            parsed.QuerySelector(".said .text")!.TextContent.ShouldContain("<script>alert(1)</script>");
        }
        var content = XDocument.Parse(Encoding.UTF8.GetString(await BytesAsync("/status.atom", inputs))).Descendants(Atom + "content").Single().Value;
        new HtmlParser().ParseDocument(content).QuerySelectorAll("script, img").ShouldBeEmpty();
        JsonDocument.Parse(await BytesAsync("/status.json", inputs)).RootElement.GetProperty("incidents")[0].GetProperty("name").GetString()!
            .ShouldStartWith("<script>");
    }

    [Fact]
    public async Task V2_Summary_HasTheFieldsThatItsReadersKnow()
    {
        var summary = await V2Async("summary.json");
        Names(summary).ShouldBe(["page", "status", "components", "incidents", "scheduled_maintenances"]);
        Names(summary.GetProperty("page")).ShouldBe(["id", "name", "url", "time_zone", "updated_at"]);
        Names(summary.GetProperty("status")).ShouldBe(["indicator", "description"]);
        Names(summary.GetProperty("components")[0]).ShouldBe(["id", "name", "status", "created_at", "updated_at", "position", "description",
            "showcase", "start_date", "group_id", "page_id", "group", "only_show_if_degraded"]);
        var incident = summary.GetProperty("incidents")[0];
        Names(incident).ShouldBe(["id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink",
            "started_at", "page_id", "incident_updates", "components", "reminder_intervals"]);
        Names(incident.GetProperty("incident_updates")[0]).ShouldBe(["id", "status", "body", "incident_id", "created_at", "updated_at",
            "display_at", "affected_components", "deliver_notifications", "custom_tweet", "tweet_id"]);
        incident.GetProperty("shortlink").GetString().ShouldBe("https://status.example.org/status/incidents/42");
    }

    [Fact]
    public async Task V2_States_AreTheWordsOfThatShape()
    {
        var summary = await V2Async("summary.json");
        summary.GetProperty("status").GetProperty("indicator").GetString().ShouldBe("critical");
        summary.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("status").GetString())
            .ShouldBe(["major_outage", "operational", "degraded_performance", "degraded_performance", "partial_outage"]);
        (await V2Async("incidents/unresolved.json")).GetProperty("incidents").GetArrayLength().ShouldBe(1);
        (await V2Async("incidents.json")).GetProperty("incidents").GetArrayLength().ShouldBe(2);
        (await V2Async("components.json")).GetProperty("components").GetArrayLength().ShouldBe(5);
        Names(await V2Async("status.json")).ShouldBe(["page", "status"]);
    }

    [Fact]
    public async Task Atom_AnotherUpdate_IsANewEntryAndANewerFeed()
    {
        var inputs = Some.Everything();
        var before = XDocument.Parse(Encoding.UTF8.GetString(await BytesAsync("/status.atom", inputs))).Root!;
        var more = inputs with { Updates = inputs.Updates.SelectMany(group => group).Append(Some.Update(5, 42, 0, UpdateStatus.Monitoring)).ToLookup(update => update.Incident) };
        var after = XDocument.Parse(Encoding.UTF8.GetString(await BytesAsync("/status.atom", more))).Root!;
        after.Elements(Atom + "entry").Count().ShouldBe(before.Elements(Atom + "entry").Count() + 1);
        string.CompareOrdinal(after.Element(Atom + "updated")!.Value, before.Element(Atom + "updated")!.Value).ShouldBeGreaterThan(0);
        after.Elements(Atom + "entry").Select(entry => entry.Element(Atom + "id")!.Value).Distinct().Count().ShouldBe(5);
        after.Elements(Atom + "entry").First().Element(Atom + "title")!.Value.ShouldBe("Monitoring: Problem with Checkout");
    }
}
