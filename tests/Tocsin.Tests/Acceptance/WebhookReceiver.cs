using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tocsin.Tests.Acceptance;

/// <summary>Somebody's webhook: a real HTTP server that remembers what it was sent.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebhookReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<(DateTimeOffset At, JsonNode Body)> Received { get; } = new();

    public string Url => app.Urls.Single() + "/hook";

    public IReadOnlyList<string> Types => [.. Received.Select(one => (string)one.Body["type"]!)];

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/hook", async (HttpRequest request) =>
        {
            receiver.Received.Enqueue((TimeProvider.System.GetUtcNow(), (await JsonNode.ParseAsync(request.Body))!));
            return Results.Ok();
        });
        await app.StartAsync();
        return receiver;
    }

    /// <returns>The first message of that type, and when it came; fails when none comes in time.</returns>
    public async Task<(DateTimeOffset At, JsonNode Body)> WaitForAsync(string type, TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < limit)
        {
            foreach (var one in Received)
            {
                if ((string)one.Body["type"]! == type) return one;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        throw new TimeoutException($"no '{type}' within {limit.TotalSeconds} s; received: {string.Join(", ", Types)}");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
