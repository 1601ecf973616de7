using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Web;

namespace Tocsin.StatusPages.Tests;

public sealed class StatusEndpointsTests : IAsyncLifetime
{
    private static readonly string[] Paths =
    [
        "/status", "/status.json", "/status.atom", "/status/api/v2/summary.json", "/status/api/v2/status.json", "/status/api/v2/components.json",
        "/status/api/v2/incidents.json", "/status/api/v2/incidents/unresolved.json", "/status/incidents/42", "/status.css", "/status.js",
    ];

    private readonly StatusBoard board = new();
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(board);
        app = builder.Build();
        app.MapStatusPages();
        await app.StartAsync();
        client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        board.Current = StatusFixture.Print(Some.Everything());
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    [Fact]
    public async Task Get_EveryPath_AnswersEverybodyWithoutACookie()
    {
        foreach (var path in Paths)
        {
            var answer = await SendAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse(path);
            answer.Headers.CacheControl!.Public.ShouldBeTrue(path);
            answer.Headers.ETag.ShouldNotBeNull(path);
            answer.Headers.Vary.ShouldContain("Accept-Encoding", path);
        }
        (await SendAsync("/status")).Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Map_EveryRoute_IsPublicSurface()
    {
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).ToList();
        endpoints.Count.ShouldBe(Paths.Length);
        endpoints.ShouldAllBe(endpoint => endpoint.Metadata.GetMetadata<PublicSurfaceAttribute>() != null);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("br;q=0.0", null)]
    [InlineData("identity", null)]
    [InlineData("brotli", null)]
    public async Task Get_AcceptEncoding_GetsAFormOfTheSameBytes(string accepted, string? expected)
    {
        var answer = await SendAsync("/status", null, ("Accept-Encoding", accepted));
        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(expected);
        await using var raw = await answer.Content.ReadAsStreamAsync();
        await using Stream body = expected switch { "br" => new BrotliStream(raw, CompressionMode.Decompress), "gzip" => new GZipStream(raw, CompressionMode.Decompress), _ => raw };
        (await new StreamReader(body, Encoding.UTF8).ReadToEndAsync()).ShouldStartWith("<!DOCTYPE html>");
    }

    [Fact]
    public async Task Get_WithTheTagOfAnyForm_Is304UntilSomethingChanges()
    {
        foreach (var accepted in new[] { "identity", "gzip", "br" })
        {
            var tag = (await SendAsync("/status.json", null, ("Accept-Encoding", accepted))).Headers.ETag!.ToString();
            var again = await SendAsync("/status.json", null, ("If-None-Match", tag));
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            (await again.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            (await SendAsync("/status.json", null, ("If-None-Match", $"\"other\", W/{tag}"))).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }
        var old = (await SendAsync("/status.json")).Headers.ETag!.ToString();
        board.Current = StatusFixture.Print(Some.Inputs(Some.Page("checkout")));
        (await SendAsync("/status.json", null, ("If-None-Match", old))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Head_Page_HasTheLengthAndNoBody()
    {
        var answer = await SendAsync("/status", HttpMethod.Head);
        answer.Content.Headers.ContentLength.ShouldBe((await board.Current!.Find("/status")!).Plain.Bytes.Length);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/status/incidents/INC-42", HttpStatusCode.OK)]
    [InlineData("/status/incidents/7", HttpStatusCode.NotFound)]
    [InlineData("/status/incidents/..%2f..", HttpStatusCode.NotFound)]
    public async Task Get_IncidentPage_IsThereForPublicIncidentsOnly(string path, HttpStatusCode expected) =>
        (await SendAsync(path)).StatusCode.ShouldBe(expected);

    [Fact]
    public async Task Get_BeforeTheFirstPage_SaysWhenToAskAgain()
    {
        board.Current = null;
        var answer = await SendAsync("/status");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
    }
}
