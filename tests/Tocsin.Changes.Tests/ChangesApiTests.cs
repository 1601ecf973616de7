using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Changes.Guarded;
using Tocsin.Changes.Webhooks;
using Tocsin.Web;

namespace Tocsin.Changes.Tests;

public sealed class ChangesApiTests : IAsyncLifetime
{
    private readonly ChangesFixture fixture = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Who may do what is the matter of the server; here everybody may.
        builder.Services.AddAuthorization(options => options.AddPolicy(Permissions.Respond, policy => policy.RequireAssertion(_ => true)));
        builder.Services.AddSingleton(fixture.Recorder).AddSingleton(fixture.Queries)
            .AddSingleton(fixture.Services.GetRequiredService<TargetQueries>()).AddSingleton(fixture.Services.GetRequiredService<GuardedChanges>()).AddSingleton(fixture.Services.GetRequiredService<HookDesk>());
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

    private async Task<HttpResponseMessage> PostAsync(object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/changes") { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    [Fact]
    public async Task Post_GoodChange_Answers201AndIsListed()
    {
        var answer = await PostAsync(new { kind = "deploy", title = "deploy/812", service = "api", happenedAt = "2026-01-25T12:50:00+01:00" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Headers.Location!.ToString().ShouldBe("/api/v1/changes/CHG-1");
        var listed = (await client.GetFromJsonAsync<ChangeList>("/api/v1/changes?service=api&limit=5"))!.Changes.ShouldHaveSingleItem();
        listed.Id.ShouldBe("CHG-1");
        listed.HappenedAt.ShouldBe(ChangesFixture.Noon.AddMinutes(-10));
        (await client.GetFromJsonAsync<ChangeList>("/api/v1/changes?service=search"))!.Changes.ShouldBeEmpty();
    }

    [Fact]
    public void Map_Recording_AsksForTheRightToRespond() => ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>().Single(endpoint => endpoint.RoutePattern.RawText == "/api/v1/changes" && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST"))
        .Metadata.GetMetadata<AuthorizeAttribute>()!.Policy.ShouldBe(Permissions.Respond);

    [Fact]
    public async Task Post_SameKeyAgain_AnswersTheSameBody()
    {
        var first = await (await PostAsync(new { title = "x" }, "run-7")).Content.ReadAsStringAsync();
        (await (await PostAsync(new { title = "x" }, "run-7")).Content.ReadAsStringAsync()).ShouldBe(first);
    }

    [Theory]
    [InlineData("""{"title":""}""", "title")]
    [InlineData("""{"title":"x","link":"ftp://x"}""", "link")]
    [InlineData("""{"title":"x","happenedAt":"yesterday"}""", "happenedAt")]
    [InlineData("""{"title":"x","happenedAt":"2026-01-25T12:00:00"}""", "happenedAt")]
    [InlineData("""{"title":7}""", "title")]
    [InlineData("""{"title":""", "title")]
    [InlineData("nonsense", "")]
    [InlineData("null", "")]
    public async Task Post_BadBody_IsAProblemThatNamesTheField(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await client.PostAsync("/api/v1/changes", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        errors.EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("service=Not%20a%20key", "service")]
    public async Task List_BadQuery_IsAProblemThatNamesTheField(string query, string field)
    {
        var answer = await client.GetAsync("/api/v1/changes?" + query);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }
}
