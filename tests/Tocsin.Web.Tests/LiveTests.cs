using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

public sealed class LiveTests
{
    [Fact]
    public async Task Stream_SaysChangedOnceForEachChange()
    {
        await using var site = await TestSite.StartAsync();
        var hub = site.Services.GetRequiredService<LiveHub>();
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        using var stream = await ReadAsync(browser, "/live?since=" + hub.Id);
        hub.Changed("incident/42");
        (await stream.EventAsync()).ShouldBe(["id: " + hub.Id, "event: changed", "data: incident/42"]);
        hub.Changed("check/a");
        hub.Changed("check/b");
        hub.Changed("check/a");
        // Changes within half a second are told together.
        var together = await stream.EventAsync();
        together[2].Split(' ')[1..].Order(StringComparer.Ordinal).ShouldBe(["check/a", "check/b"]);
    }

    [Fact]
    public async Task Stream_ForAPageOfAnEarlierState_SaysChangedAtOnce()
    {
        await using var site = await TestSite.StartAsync();
        var hub = site.Services.GetRequiredService<LiveHub>();
        var seen = hub.Id;
        hub.Changed("incident/42");
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        using var first = await ReadAsync(browser, "/live?since=" + seen);
        (await first.EventAsync())[2].ShouldBe("data: *");
        using var resumed = await ReadAsync(browser, "/live?since=" + hub.Id, ("Last-Event-ID", seen));
        (await resumed.EventAsync())[2].ShouldBe("data: *", "the last event counts, not the page");
    }

    [Fact]
    public async Task Stream_WithoutSignIn_Is401AndWithIt_HasTheHeaders()
    {
        await using var site = await TestSite.StartAsync();
        using var stranger = site.Open();
        (await stranger.GetAsync("/live")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer);
        using var answer = await browser.Client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.GetValues("X-Accel-Buffering").Single().ShouldBe("no");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Stream_ThatTheReaderLeft_IsForgotten()
    {
        await using var site = await TestSite.StartAsync();
        var hub = site.Services.GetRequiredService<LiveHub>();
        using (var browser = await site.SignedInAsync(TestSite.Ada, Role.Viewer))
        {
            using var stream = await ReadAsync(browser, "/live");
            await stream.EventAsync();
            hub.SubscriberCount.ShouldBe(1);
        }
        for (var i = 0; i < 100 && hub.SubscriberCount > 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        hub.SubscriberCount.ShouldBe(0);
    }

    [Fact]
    public void Subscribe_BeyondTheLimit_IsRefused()
    {
        var hub = new LiveHub(TimeProvider.System);
        for (var i = 0; i < LiveHub.SubscribersMax; i++) hub.Subscribe(null).ShouldNotBeNull();
        hub.Subscribe(null).ShouldBeNull();
    }

    [Fact]
    public void Subscription_WithVeryManyTopics_CollapsesToEverything()
    {
        var hub = new LiveHub(TimeProvider.System);
        using var subscription = hub.Subscribe(hub.Id)!;
        for (var i = 0; i < 1_000; i++) hub.Changed($"check/{i}");
        subscription.Take().ShouldBe(["*"]);
        subscription.Take().ShouldBeEmpty();
    }

    private static async Task<EventReader> ReadAsync(Browser browser, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var answer = await browser.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        return new EventReader(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    private sealed class EventReader(HttpResponseMessage answer, StreamReader reader) : IDisposable
    {
        public async Task<string[]> EventAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var lines = new List<string>();
            while (await reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line != "") lines.Add(line);
                else if (lines.Any(text => text.StartsWith("event:", StringComparison.Ordinal))) return [.. lines];
                else lines.Clear();
            }
            throw new InvalidOperationException("the stream ended");
        }

        public void Dispose()
        {
            reader.Dispose();
            answer.Dispose();
        }
    }
}
