using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tocsin.Recovery.Tests;

/// <summary>Tells how far a standby is behind, as a test says it.</summary>
internal sealed class LagServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private LagServer(WebApplication app) => this.app = app;

    public string Body { get; set; } = "{}";
    public Uri Url => new(app.Urls.Single());

    public static async Task<LagServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LagServer(builder.Build());
        server.app.MapGet("/", () => Results.Text(server.Body, "application/json"));
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new TimeoutException();
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }
}
