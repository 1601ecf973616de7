using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

public sealed class SurfaceTests
{
    private static readonly string[] MeantForEverybody =
        ["/sign-in", "/sign-out", "/start/{Token}", "/invite/{Token}", "/error/{Code:int}", "/healthz", "/readyz", "/favicon.ico", "/ack/{token}", "/sample/status"];

    [Fact]
    public async Task EveryEndpoint_NeedsASignInUnlessItIsMeantForEverybody()
    {
        await using var site = await TestSite.StartAsync();
        var endpoints = Routes(site);
        endpoints.Count.ShouldBeGreaterThan(15);
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!).Where(route => !route.StartsWith("/assets/", StringComparison.Ordinal));
        open.Order(StringComparer.Ordinal).ShouldBe(MeantForEverybody.Order(StringComparer.Ordinal));
        using var browser = site.Open();
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            var answer = await browser.GetAsync(Filled(endpoint));
            ((int)answer.Status is 302 or 401 or 405).ShouldBeTrue($"{endpoint.RoutePattern.RawText} answered {answer.Status}");
        }
    }

    [Fact]
    public async Task PublicListener_AnswersOnlyWhatIsMarked()
    {
        await using var site = await TestSite.StartAsync(withPublicListener: true);
        using var outside = site.Open(listener: 1);
        foreach (var endpoint in Routes(site))
        {
            var isMarked = endpoint.Metadata.GetMetadata<PublicSurfaceAttribute>() is not null;
            var answer = await outside.GetAsync(Filled(endpoint));
            if (!isMarked) answer.Text.ShouldBe("Nothing is here.\n", endpoint.RoutePattern.RawText);
        }
        (await outside.GetAsync("/ack/abc")).Text.ShouldBe("page 3");
        (await outside.GetAsync("/sign-in")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await outside.GetAsync("/error/500")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var inside = site.Open();
        (await inside.GetAsync("/sign-in")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ForwardedHeaders_AreBelievedFromNamedProxiesOnly()
    {
        await using var strict = await TestSite.StartAsync();
        using var direct = strict.Open();
        (await direct.GetAsync("/sign-in", ("X-Forwarded-Proto", "https"))).Header("Strict-Transport-Security").ShouldBe("");
        await using var behind = await TestSite.StartAsync(options => options.TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")]);
        using var proxied = behind.Open();
        var answer = await proxied.GetAsync("/sign-in", ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.7"));
        answer.Header("Strict-Transport-Security").ShouldNotBe("");
        answer.Message.Headers.GetValues("Set-Cookie").First().ShouldContain("secure", Case.Insensitive);
    }

    [Fact]
    public async Task Log_NamesRoutesAndNeverPathsOrQueries()
    {
        await using var site = await TestSite.StartAsync();
        using var browser = site.Open();
        await browser.GetAsync("/ack/token-in-the-path?key=secret-in-the-query");
        await browser.GetAsync("/nothing/token-in-a-lost-path");
        site.Log.Text.ShouldContain("GET /ack/{token} 200");
        site.Log.Text.ShouldNotContain("token-in-the-path");
        site.Log.Text.ShouldNotContain("secret-in-the-query");
        site.Log.Text.ShouldNotContain("token-in-a-lost-path");
    }

    [Fact]
    public async Task Health_LivesAndTellsWhichPartFailed()
    {
        var part = new SamplePart();
        await using var site = await TestSite.StartAsync(also: services => services.AddSingleton<IHealthPart>(part));
        using var browser = site.Open();
        (await browser.GetAsync("/healthz")).Text.ShouldBe("ok\n");
        (await browser.GetAsync("/readyz")).Text.ShouldBe("ready\njournal: well\n");
        part.State = HealthState.Failed("No space left on /data.");
        var answer = await browser.GetAsync("/readyz");
        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Text.ShouldBe("not ready\njournal: failed\n");
        using var known = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        (await known.GetAsync("/readyz")).Text.ShouldContain("No space left");
    }

    private static List<RouteEndpoint> Routes(TestSite site) =>
        [.. site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static string Filled(RouteEndpoint endpoint) => System.Text.RegularExpressions.Regex.Replace(
        endpoint.RoutePattern.RawText!, @"\{[^}]*:int\}|\{[^}]*\}", match => match.Value.EndsWith(":int}", StringComparison.Ordinal) ? "404" : "x");

    private sealed class SamplePart : IHealthPart
    {
        public string Name => "journal";
        public HealthState State { get; set; } = HealthState.Well;
        public HealthState Check() => State;
    }
}
