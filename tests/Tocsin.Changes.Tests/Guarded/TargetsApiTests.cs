using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Changes.Guarded;
using Tocsin.Web;

namespace Tocsin.Changes.Tests.Guarded;

public sealed class TargetsApiTests : IAsyncLifetime
{
    private readonly TargetWorld world = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        await world.ProveAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Who may do what is the matter of the server; here everybody may.
        builder.Services.AddAuthorization(options => options.AddPolicy(Permissions.Respond, policy => policy.RequireAssertion(_ => true)));
        builder.Services.AddSingleton(world.Changes).AddSingleton(world.Services.GetRequiredService<TargetQueries>())
            .AddSingleton(world.Services.GetRequiredService<ChangeRecorder>()).AddSingleton(world.Services.GetRequiredService<ChangeQueries>())
            .AddSingleton(world.Services.GetRequiredService<Webhooks.HookDesk>());
        app = builder.Build();
        app.Use((http, next) =>
        {
            http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "ada"), new Claim(ClaimTypes.Role, "responder")], "test"));
            return next(http);
        });
        app.MapGroup("/api/v1").MapChanges();
        await app.StartAsync();
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/api/v1/targets/") };
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Propose_GoodContent_IsAcceptedAndToldToItsEnd()
    {
        var answer = await client.PostAsJsonAsync("api-release/changes", new { content = TargetWorld.Better, reason = "faster", who = "the pipeline" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Headers.Location!.ToString().ShouldBe("/api/v1/targets/api-release/changes/CHG-1");
        var begun = (await answer.Content.ReadFromJsonAsync<GuardedChangeJson>())!;
        (begun.Phase, begun.Reason, begun.By).ShouldBe(("draft", "faster (for the pipeline)", "user/ada"));
        await world.EndAsync();
        var ended = (await client.GetFromJsonAsync<GuardedChangeJson>("api-release/changes/CHG-1"))!;
        (ended.Phase, ended.Final, ended.Steps!.Count).ShouldBe(("confirmed", true, 9));
        var target = (await client.GetFromJsonAsync<TargetJson>("api-release"))!;
        (target.UnderWay, target.RollBack!.Diff, target.Changes!.Count).ShouldBe((null, "version 3 → 1", 1));
        (await client.GetFromJsonAsync<TargetList>(""))!.Targets.ShouldHaveSingleItem().Sha256.ShouldBe(begun.To);
    }

    [Fact]
    public async Task RollBack_Twice_IsAConflictThatNamesTheFirst()
    {
        await client.PostAsJsonAsync("api-release/changes", new { content = TargetWorld.Better });
        await world.EndAsync();
        (await client.PostAsJsonAsync("api-release/rollback", new { incident = "INC-7" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var second = await client.PostAsync("api-release/rollback", null);
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var said = await second.Content.ReadAsStringAsync();
        said.ShouldContain("ada pressed Roll back");
        said.ShouldContain("CHG-2");
        (await client.PostAsync("api-release/changes/CHG-2/revert", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.PostAsync("api-release/changes/CHG-2/confirm", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("other/rollback", "{}", HttpStatusCode.NotFound)]
    [InlineData("api-release/changes", "{}", HttpStatusCode.BadRequest)]
    [InlineData("api-release/changes", "nonsense", HttpStatusCode.BadRequest)]
    [InlineData("api-release/rollback", """{"incident":"soon"}""", HttpStatusCode.BadRequest)]
    [InlineData("api-release/changes/CHG-9/revert", "{}", HttpStatusCode.NotFound)]
    public async Task Post_BadRequest_IsRefusedAndChangesNothing(string path, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        (await client.PostAsync(path, content)).StatusCode.ShouldBe(status);
        (await world.LastAsync()).ShouldBeNull();
    }

    [Fact]
    public void Map_EveryAct_AsksForTheRightToRespond()
    {
        var acts = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint is RouteEndpoint { RoutePattern.RawText: var path } && path!.StartsWith("/api/v1/targets", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST")).ToList();
        acts.Count.ShouldBe(4);
        acts.ShouldAllBe(endpoint => endpoint.Metadata.GetMetadata<AuthorizeAttribute>()!.Policy == Permissions.Respond);
    }
}
