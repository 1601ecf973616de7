using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tocsin.Tests.Init;

/// <summary>An ntfy server with a person at its other end, who taps Acknowledge as soon as a message arrives.</summary>
internal sealed class NtfySink : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient person = new(new SocketsHttpHandler { UseProxy = false });

    private NtfySink(WebApplication app) => this.app = app;

    public string Topic => app.Urls.Single() + "/my-topic";
    public ConcurrentQueue<JsonNode> Messages { get; } = new();

    /// <summary>What looking at the links answered.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <param name="refusal">What the server says to every message; null takes them.</param>
    public static async Task<NtfySink> StartAsync(bool taps = true, string? refusal = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new NtfySink(builder.Build());
        sink.app.MapPost("/", async (HttpRequest request) =>
        {
            var message = (await JsonNode.ParseAsync(request.Body))!;
            sink.Messages.Enqueue(message);
            if (refusal is not null) return Results.Text(refusal, statusCode: StatusCodes.Status403Forbidden);
            if (taps) await sink.TapAsync(new Uri((string)message["actions"]![0]!["url"]!));
            return Results.Text("""{"id":"m1"}""", "application/json");
        });
        await sink.app.StartAsync();
        return sink;
    }

    private async Task TapAsync(Uri link)
    {
        Seen.Enqueue(await person.GetStringAsync(link));
        using var tapped = await person.PostAsync(link, null);
        tapped.EnsureSuccessStatusCode();
        Seen.Enqueue(await tapped.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        person.Dispose();
        await app.DisposeAsync();
    }
}
