using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Changes.Guarded;
using Tocsin.Changes.Webhooks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Changes.Tests;

/// <summary>Deliveries over real HTTP, as GitHub and GitLab make them.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private const string Secret = "the secret of the webhook";
    private const string Revision = "5b1f0c9be4e0b5d8f1d1e3c0a7a9b0b6d2c3e4f5";

    private const string GitHubPush = $$"""
        {"ref": "refs/heads/main", "before": "0f00000000000000000000000000000000000000", "after": "{{Revision}}", "deleted": false,
         "pusher": {"name": "ada", "email": "ada@example.org"}, "repository": {"full_name": "shop/api"},
         "head_commit": {"id": "{{Revision}}", "message": "Ask the new authentication service\n\nIt is needed by v2.",
           "url": "https://github.example/shop/api/commit/{{Revision}}", "author": {"name": "Ada L."} },
         "commits": [{"id": "a"}, {"id": "{{Revision}}"}]}
        """;

    private const string GitLabPush = $$"""
        {"object_kind": "push", "ref": "refs/heads/main", "after": "{{Revision}}", "user_name": "Ada L.", "user_username": "ada",
         "project": {"path_with_namespace": "shop/api"}, "total_commits_count": 2,
         "commits": [{"id": "a", "message": "first"}, {"id": "{{Revision}}", "message": "Raise the bound of the cache\n", "url": "https://gitlab.example/shop/api/-/commit/b"}]}
        """;

    private readonly ChangesFixture fixture = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        var hooks = new[]
        {
            new HookModel("api-repo", HookSender.GitHub, SecretRef.InPlace(Secret), new ServiceKey("api"), "main"),
            new HookModel("cache-repo", HookSender.GitLab, SecretRef.InPlace(Secret), new ServiceKey("cache"), "main"),
            new HookModel("forgotten", HookSender.GitHub, SecretRef.OfEnvironment("TOCSIN_TEST_NO_SUCH_VARIABLE"), null, null),
        };
        ((FixedRevisions)fixture.Revisions).Replace(new Revision("abd", ChangesFixture.Noon, "file",
            [ChangesFixture.Catalog, new WebhooksModel(hooks.ToFrozenDictionary(hook => hook.Key))]));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthorization(options => options.AddPolicy(Permissions.Respond, policy => policy.RequireAssertion(_ => false)));
        builder.Services.AddSingleton(fixture.Recorder).AddSingleton(fixture.Queries).AddSingleton(fixture.Services.GetRequiredService<HookDesk>())
            .AddSingleton(fixture.Services.GetRequiredService<TargetQueries>()).AddSingleton(fixture.Services.GetRequiredService<GuardedChanges>());
        app = builder.Build();
        app.MapGroup("/api/v1").MapChanges();
        await app.StartAsync();
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        await fixture.DisposeAsync();
    }

    private static string Sign(string body, string secret = Secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    private async Task<(HttpStatusCode Status, string Text)> DeliverAsync(string path, string body, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/hooks/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<(HttpStatusCode Status, string Text)> GitHubAsync(string body, string? signature = null, string happening = "push", string delivery = "d-1", string key = "api-repo") =>
        DeliverAsync($"github/{key}", body, ("X-GitHub-Event", happening), ("X-GitHub-Delivery", delivery), ("X-Hub-Signature-256", signature ?? Sign(body)));

    private Task<(HttpStatusCode Status, string Text)> GitLabAsync(string body, string? token = Secret, string happening = "Push Hook") =>
        DeliverAsync("gitlab/cache-repo", body, ("X-Gitlab-Event", happening), ("X-Gitlab-Event-UUID", "u-1"), ("X-Gitlab-Token", token));

    [Fact]
    public async Task GitHub_Push_IsAChangeUnderWhatChanged()
    {
        var (status, text) = await GitHubAsync(GitHubPush);
        status.ShouldBe(HttpStatusCode.OK, text);
        ((string)JsonNode.Parse(text)!["change"]!).ShouldBe("CHG-1");
        var row = (await fixture.Queries.WhatChangedAsync(new ServiceKey("checkout"), ChangesFixture.Noon)).ShouldHaveSingleItem();
        (row.Kind, row.Title, row.Author, row.Service?.Value).ShouldBe(("push", "Ask the new authentication service", "ada", "api"));
        row.Description.ShouldBe($"revision {Revision} of main in shop/api, 2 commits");
        row.Link.ShouldBe($"https://github.example/shop/api/commit/{Revision}");
        (await fixture.Journal.ReadAsync(new JournalQuery())).ShouldHaveSingleItem().Actor.ShouldBe(Actor.Integration("api-repo"));
    }

    [Fact]
    public async Task GitLab_Push_IsAChange()
    {
        (await GitLabAsync(GitLabPush)).Status.ShouldBe(HttpStatusCode.OK);
        var change = (await fixture.Queries.RecentAsync()).ShouldHaveSingleItem();
        (change.Title, change.Author, change.Service?.Value, change.Link).ShouldBe(("Raise the bound of the cache", "ada", "cache", "https://gitlab.example/shop/api/-/commit/b"));
        change.Description.ShouldBe($"revision {Revision} of main in shop/api, 2 commits");
    }

    [Fact]
    public async Task Delivery_AgainUnderTheSameOrAnotherNumber_IsRecordedOnce()
    {
        var first = await GitHubAsync(GitHubPush);
        (await GitHubAsync(GitHubPush)).Text.ShouldBe(first.Text);
        // The number of a delivery is not signed: an old body under a new one is still the old push.
        (await GitHubAsync(GitHubPush, delivery: "d-2")).Text.ShouldBe(first.Text);
        var together = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GitLabAsync(GitLabPush)));
        together.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        (await fixture.Queries.RecentAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(""), InlineData("sha256="), InlineData("sha256=zz"), InlineData("sha1=5b1f0c9be4e0b5d8f1d1e3c0a7a9b0b6d2c3e4f5")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task GitHub_WrongSignature_Is401AndNothingIsWritten(string signature)
    {
        (await GitHubAsync(GitHubPush, signature)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await fixture.Journal.ReadAsync(new JournalQuery())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Proof_OfAnotherSecretBodyHookOrSender_Is401()
    {
        (await GitHubAsync(GitHubPush, Sign(GitHubPush, "another"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GitHubAsync(GitHubPush + " ", Sign(GitHubPush))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GitHubAsync(GitHubPush, key: "no-such-repo")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GitHubAsync(GitHubPush, key: "cache-repo")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var token in new[] { null, "", "wrong", Secret + "x" }) (await GitLabAsync(GitLabPush, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var (status, text) = await GitHubAsync(GitHubPush, key: "forgotten");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        text.ShouldNotContain("TOCSIN_TEST_NO_SUCH_VARIABLE");
        (await fixture.Journal.ReadAsync(new JournalQuery())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ping_Is200_AndWhatIsNoPushToTheBranchIs202()
    {
        (await GitHubAsync("""{"zen": "calm"}""", happening: "ping")).Status.ShouldBe(HttpStatusCode.OK);
        (await GitHubAsync("{}", happening: "issues")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await GitLabAsync("{}", happening: "Merge Request Hook")).Status.ShouldBe(HttpStatusCode.Accepted);
        foreach (var other in new[] { GitHubPush.Replace("refs/heads/main", "refs/heads/try", StringComparison.Ordinal),
            GitHubPush.Replace("refs/heads/main", "refs/tags/v2", StringComparison.Ordinal),
            GitHubPush.Replace($"\"after\": \"{Revision}\"", $"\"after\": \"{new string('0', 40)}\"", StringComparison.Ordinal) })
        {
            (await GitHubAsync(other)).Status.ShouldBe(HttpStatusCode.Accepted);
        }
        (await fixture.Queries.RecentAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nonsense"), InlineData(""), InlineData("[]"), InlineData("null"), InlineData("""{"ref": 7, "after": "x"}""")]
    public async Task Push_ThatCannotBeRead_Is400(string body) => (await GitHubAsync(body)).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Push_TooDeepOrTooLong_IsRefused()
    {
        var deep = $$"""{"ref": "refs/heads/main", "after": "x", "a": {{new string('[', 100)}}{{new string(']', 100)}} }""";
        (await GitHubAsync(deep)).Status.ShouldBe(HttpStatusCode.BadRequest);
        var large = $$"""{"ref": "refs/heads/main", "after": "x", "a": "{{new string('x', 5_000_000)}}"}""";
        client.DefaultRequestHeaders.ExpectContinue = true; // or the answer is there before all is sent, and the connection is gone
        (await GitHubAsync(large)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("payload", GitHubPush)]);
        (await client.PostAsync("/api/v1/hooks/github/api-repo", form)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Push_OfHostileText_IsKeptHarmless()
    {
        var body = new JsonObject
        {
            ["ref"] = "refs/heads/main", ["after"] = Revision, ["pusher"] = new JsonObject { ["name"] = new string('n', 5_000) },
            ["head_commit"] = new JsonObject { ["message"] = "\u001b[31m" + new string('t', 5_000), ["url"] = "javascript:alert(1)" },
        }.ToJsonString();
        (await GitHubAsync(body)).Status.ShouldBe(HttpStatusCode.OK);
        var change = (await fixture.Queries.RecentAsync()).ShouldHaveSingleItem();
        (change.Title.Length, change.Author!.Length, change.Link).ShouldBe((200, 100, null));
        change.Title.ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("shop: {service: shop}", "has neither github nor gitlab")]
    [InlineData("shop: {github: '${env:A}', gitlab: '${env:B}'}", "stands beside github")]
    [InlineData("shop: {github: '${env:A}', service: shup}", "did you mean 'shop'?")]
    public void Read_Wrong_SaysWhatIsExpected(string hook, string sentence) => string.Join('\n', Read(hook).Errors).ShouldContain(sentence);

    [Fact]
    public void Read_Good_NeverShowsTheSecret()
    {
        var reading = Read("shop: {github: very-secret, service: shop, branch: main}");
        reading.Revision!.Get<WebhooksModel>().Hooks["shop"].ToString().ShouldNotContain("very-secret");
    }

    private static ConfigReading Read(string hook) => new ConfigReader([new CatalogSection(), new WebhooksSection()]).ReadText("tocsin.yaml",
        "services: {shop: {} }\nchanges:\n  hooks:\n    " + hook + "\n", ChangesFixture.Noon);
}
