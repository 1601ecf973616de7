using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tocsin.Web;

namespace Tocsin.Tests.Acceptance;

public sealed class PublicListenerTests
{
    [Fact]
    public async Task EveryRoute_OnThePublicListener_AnswersOnlyWhenItIsMarked()
    {
        var open = FreePorts.Next();
        await using var server = await RunningServer.StartAsync($"listen_public: http://127.0.0.1:{open}");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{open}") };
        var endpoints = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.Count.ShouldBeGreaterThan(30);
        var wrong = new List<string>();
        foreach (var endpoint in endpoints)
        {
            var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
                string.Concat(segment.Parts.Select(part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "1"))));
            var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "GET";
            using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            var isMarked = endpoint.Metadata.GetMetadata<PublicSurfaceAttribute>() is not null;
            if (!isMarked && answer.StatusCode != HttpStatusCode.NotFound) wrong.Add($"{method} {path} answers {(int)answer.StatusCode}");
        }
        wrong.ShouldBeEmpty();
        (await http.GetAsync(new Uri("/status", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var main = new HttpClient { BaseAddress = server.Url };
        (await main.GetAsync(new Uri("/sign-in", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
