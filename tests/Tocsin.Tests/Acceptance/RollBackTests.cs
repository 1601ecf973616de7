using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Tests.Acceptance;

/// <summary>The whole program: a file is changed by hand, users are hurt, and one tap on the incident puts it back.</summary>
public sealed class RollBackTests : IAsyncLifetime
{
    private const string Good = """{"version":1}""", Bad = """{"version":2}""";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-release-");
    private WebApplication shop = null!;
    private volatile string running = Good;

    private string FilePath => Path.Combine(directory.FullName, "api-release.json");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, Good);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        shop = builder.Build();
        shop.MapGet("/", () => running == Bad ? Results.StatusCode(500) : Results.Text("ok"));
        shop.MapGet("/applied", () => Results.Json(new { sha256 = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(running))) }));
        shop.MapGet("/facts", () => Results.Json(new { authentication = "absent" }));
        shop.MapPost("/reload", () => running = File.ReadAllText(FilePath));
        await shop.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private string Yaml => $$"""
        people:
          ada: {name: Ada, webhook: "http://127.0.0.1:1/hook"}
          grace: {name: Grace, webhook: "http://127.0.0.1:1/hook"}
        services:
          shop: {depends_on: [api], checks: {page: {http: "{{shop.Urls.Single()}}", interval: 2s, timeout: 1500ms} } }
          api: {}
        targets:
          api-release:
            service: api
            file: {{FilePath}}
            reload: {post: "{{shop.Urls.Single()}}/reload"}
            applied: {http: "{{shop.Urls.Single()}}/applied", json: $.sha256, within: 1m}
            timeout: 1m
            watch: {checks: [shop-page], for: 2s, results: 2, settle: 5m}
            guards:
              - requires: {when: {json: $.version, at_least: 2}, http: "{{shop.Urls.Single()}}/facts", json: $.authentication, equals: present}
        """;

    private static async Task<T> UntilAsync<T>(string what, Func<Task<T?>> look) where T : class
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            if (await look() is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
        throw new TimeoutException($"{what} did not come");
    }

    [Fact]
    public async Task RollBack_OneTapOnTheIncident_PutsBackWhatWasProvedHealthyAndTellsTheStory()
    {
        await using var server = await RunningServer.StartAsync(Yaml);
        using var ada = await Person.SignedInAsync(server, "ada", Role.Responder);
        using var grace = await Person.SignedInAsync(server, "grace", Role.Responder);
        var (targets, key) = (server.Get<TargetQueries>(), new TargetKey("api-release"));
        await UntilAsync("the proof", async () => await targets.FindAsync(key) is { HealthyFor: not null } proved ? proved : null);

        // The same change under guard is refused: the host lacks what it needs.
        await ada.TellAsync(HttpMethod.Post, "/targets/api-release/changes", new { content = Bad, reason = "v2" });
        var refused = await UntilAsync("the refusal", async () => await targets.ChangesAsync(key) is [{ Phase: ChangePhase.Refused } last] ? last : null);
        refused.Why.ShouldContain("$.authentication is absent");
        (await ada.LookAsync($"/changes/{refused.Id}")).ShouldContain("needs present");

        await File.WriteAllTextAsync(FilePath, Bad);
        running = Bad;
        var incident = await UntilAsync("the incident", async () => (string?)(await ada.AskAsync("/incidents?state=open"))["incidents"]!.AsArray().FirstOrDefault()?["id"]);
        // A panel that was late says so and comes with the next load.
        await UntilAsync("the offer", async () => await ada.LookAsync($"/incidents/{incident}") is var page && page.Contains("Puts api-release back to the version of", StringComparison.Ordinal) ? page : null);
        (await ada.FillInAsync($"/incidents/{incident}", "rollback")).ShouldContain("api-release is being put back.");
        (await grace.FillInAsync("/targets/api-release", "rollback")).ShouldContain("Ada pressed Roll back");

        var ended = await UntilAsync("the end", async () => await targets.ChangesAsync(key) is [{ Phase.IsFinal: true, IsRollBack: true } last, ..] ? last : null);
        ended.Phase.ShouldBe(ChangePhase.Confirmed, ended.Why);
        (await File.ReadAllTextAsync(FilePath), running).ShouldBe((Good, Good));
        var story = await UntilAsync("the story", async () => (await ada.AskAsync($"/incidents/{incident}"))["timeline"]!.ToJsonString() is var text
            && text.Contains("Roll back of api-release confirmed", StringComparison.Ordinal) ? text : null);
        story.ShouldContain("api-release was changed by hand");
        story.ShouldContain("Roll back of api-release refused: Ada pressed Roll back");
        (await ada.LookAsync("/changes")).ShouldContain("api-release put back");
        (await ada.LookAsync($"/changes/{ended.Id}")).ShouldContain("Observing");
    }
}
