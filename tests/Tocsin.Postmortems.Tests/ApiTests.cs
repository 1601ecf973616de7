using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tocsin.Incidents;
using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Postmortems.Tests.Site;
using Tocsin.Web;

namespace Tocsin.Postmortems.Tests;

/// <summary>What programs do, over HTTP.</summary>
[Trait("Database", "both")]
public sealed class ApiTests : IAsyncLifetime
{
    private TestSite site = null!;
    private HttpClient program = null!;

    public async Task InitializeAsync()
    {
        site = await TestSite.StartAsync();
        program = await site.WithTokenAsync(Bench.Ada, Role.Responder);
    }

    public async Task DisposeAsync()
    {
        program.Dispose();
        await site.DisposeAsync();
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? body = null, string? requestKey = null, HttpClient? by = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (requestKey is not null) request.Headers.Add("Idempotency-Key", requestKey);
        using var answer = await (by ?? program).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);
    private async Task<JsonNode> GetAsync(string path) => (await SendAsync(HttpMethod.Get, path)).Body!;

    [Fact]
    public async Task Incident_ThroughItsWholeLife()
    {
        var id = await site.BreakAsync("api");
        (await GetAsync("/incidents?state=open"))["incidents"]![0]!["id"]!.ToString().ShouldBe(id.ToString());
        (await PostAsync($"/incidents/{id}/ack", "{}")).Body!["acknowledgedBy"]!.ToString().ShouldBe("ada");
        (await PostAsync($"/incidents/{id}/ack", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync($"/incidents/{id}/suspicions", """{"suspect":"Orders database"}""")).Body!["service"]!.ToString().ShouldBe("db");
        (await PostAsync($"/incidents/{id}/suspicions/1/rule-out", """{"because":"works as usual"}""")).Body!["open"]!.GetValue<bool>().ShouldBeFalse();
        (await PostAsync($"/incidents/{id}/notes", """{"text":"restarted it","kind":"action"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Patch, $"/incidents/{id}", """{"severity":"sev1","cause":"a cable","impact":{"extent":"partial","usersPercent":30}}"""))
            .Body!["impact"]!["usersPercent"]!.GetValue<double>().ShouldBe(30);
        (await PostAsync($"/incidents/{id}/resolve", """{"note":"rolled back"}""")).Body!["state"]!.ToString().ShouldBe("resolved");
        (await PostAsync($"/incidents/{id}/resolve", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync($"/incidents/{id}/ack", "{}")).Status.ShouldBe(HttpStatusCode.Conflict);
        var shown = await GetAsync($"/incidents/{id}");
        shown["suspicions"]!.AsArray().Count.ShouldBe(1);
        shown["timeline"]!.AsArray().Select(row => row!["kind"]!.ToString()).ShouldContain("ruled out");
        (await GetAsync("/incidents?state=open"))["incidents"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task PastOutage_Posted_ComesBackAsAPostmortem()
    {
        var told = DraftTests.CacheOutage;
        var body = new JsonObject
        {
            ["title"] = told.Title, ["services"] = new JsonArray("API"), ["zone"] = "UTC", ["started"] = told.Started, ["ended"] = told.Ended, ["past"] = true,
            ["cause"] = told.Cause, ["impact"] = new JsonObject { ["extent"] = "partial", ["usersPercent"] = 30 },
            ["entries"] = new JsonArray([.. told.Entries.Select(row => (JsonNode)new JsonObject { ["at"] = row.When, ["kind"] = row.Kind, ["text"] = row.Text })]),
        }.ToJsonString();
        var (status, created) = await SendAsync(HttpMethod.Post, "/incidents", body, "one-try");
        status.ShouldBe(HttpStatusCode.Created, created?.ToJsonString());
        created!["durationSeconds"]!.GetValue<long>().ShouldBe(4 * 3_600);
        // No answer came the first time: the program sends it again.
        (await SendAsync(HttpMethod.Post, "/incidents", body, "one-try")).Body!["id"]!.ToString().ShouldBe(created["id"]!.ToString());
        var postmortem = await GetAsync($"/incidents/{created["id"]}/postmortem");
        postmortem["timeline"]!.AsArray().Select(row => row!["text"]!.ToString()).ShouldBe(told.Entries.Select(row => row.Text!));
        postmortem["window"]!.ToString().ShouldBe("4 h 00 min, from 2024-01-25 10:00 to 14:00 (UTC)");
        postmortem["questions"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task Declare_Wrong_NamesEveryFieldAndWhatToWrite()
    {
        var (status, body) = await PostAsync("/incidents", """{"severity":"huge","started":"soon","impact":{"usersPercent":101},"entries":[{"at":"x","kind":"y","text":"z"}]}""");
        status.ShouldBe(HttpStatusCode.BadRequest);
        body!["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["title", "started", "severity", "impact.usersPercent", "entries[0].at", "entries[0].kind"], ignoreOrder: true);
        body["errors"]!["severity"]![0]!.ToString().ShouldBe("'huge' is not a severity; write sev1, sev2, sev3 or sev4");
    }

    [Theory]
    [InlineData("GET", "/incidents/INC-99", null, 404)]
    [InlineData("GET", "/incidents?state=odd", null, 400)]
    [InlineData("GET", "/incidents?limit=0", null, 400)]
    [InlineData("POST", "/incidents/99/ack", "{}", 404)]
    [InlineData("POST", "/incidents/99/resolve", "{}", 404)]
    [InlineData("POST", "/incidents/99/notes", """{"text":"x"}""", 404)]
    [InlineData("POST", "/incidents/99/suspicions", """{"suspect":"x"}""", 404)]
    [InlineData("POST", "/incidents/99/suspicions/1/rule-out", """{"because":"x"}""", 404)]
    [InlineData("PATCH", "/incidents/99", "{}", 404)]
    [InlineData("GET", "/incidents/99/postmortem", null, 404)]
    [InlineData("PUT", "/incidents/99/postmortem", """{"version":0}""", 404)]
    [InlineData("POST", "/incidents", "nonsense", 400)]
    public async Task BadRequests_AreAnsweredWithAProblem(string method, string path, string? body, int status) =>
        ((int)(await SendAsync(new HttpMethod(method), path, body)).Status).ShouldBe(status);

    [Fact]
    public async Task Postmortem_PutOnAnOlderVersion_AnswersWhatIsSaved()
    {
        var id = await site.BreakAsync("api");
        (await SendAsync(HttpMethod.Put, $"/incidents/{id}/postmortem", """{"version":0,"answers":{"why":"a"}}""")).Body!["version"]!.GetValue<int>().ShouldBe(1);
        (await SendAsync(HttpMethod.Put, $"/incidents/{id}/postmortem", """{"version":0,"answers":{"why":"a"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        var (status, body) = await SendAsync(HttpMethod.Put, $"/incidents/{id}/postmortem", """{"version":0,"answers":{"why":"b"}}""");
        (status, body!["answers"]!["why"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "a"));
        (await SendAsync(HttpMethod.Put, $"/incidents/{id}/postmortem", """{"version":1,"answers":{"who":"b"}}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Integration_MayNote_ButNotAcknowledge_AndAViewerMayNothing()
    {
        var id = await site.BreakAsync("api");
        using var integration = await site.AsIntegrationAsync();
        (await SendAsync(HttpMethod.Post, $"/incidents/{id}/notes", """{"text":"deploy began"}""", by: integration)).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, $"/incidents/{id}/ack", "{}", by: integration)).Status.ShouldBe(HttpStatusCode.Conflict);
        using var viewer = await site.WithTokenAsync(Bench.Bob, Role.Viewer);
        (await SendAsync(HttpMethod.Get, $"/incidents/{id}", by: viewer)).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, $"/incidents/{id}/ack", "{}", by: viewer)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await site.Get<IncidentQueries>().FindAsync(id))!.AckedBy.ShouldBeNull();
    }
}
