using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tocsin.Server;
using Tocsin.Storage;

namespace Tocsin.Tests.Acceptance;

/// <summary>The built program on a host whose way out can be cut, in its ordinary state: all that it watches is up.</summary>
internal sealed class CutOffHost(TwoNetworks networks, OutsideWorld outside, HostedServer server) : IAsyncDisposable
{
    public TwoNetworks Networks => networks;
    public OutsideWorld Outside => outside;

    public static async Task<CutOffHost> StartAsync()
    {
        var networks = await TwoNetworks.MakeAsync();
        var outside = await OutsideWorld.StartAsync(await networks.ListenOutsideAsync());
        var server = await HostedServer.StartAsync(networks, outside);
        foreach (var path in (string[])["/beat", "/shop", "/api", "/store"]) await outside.WaitAsync(path);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        return new CutOffHost(networks, outside, server);
    }

    public Task WaitForLineAsync(string text, TimeSpan limit) => server.WaitForLineAsync(text, limit);

    public async Task ShouldPageOnceAsync(string evidence)
    {
        await outside.WaitAsync("/hook");
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var page = outside.Pages.Where(one => (string)one["type"]! == "page").ShouldHaveSingleItem();
        ((string)page["incident"]!["title"]!).ShouldContain("could not see out");
        await server.StopAsync();
        (await server.FactsAsync("check.down")).ShouldBeEmpty();
        (await server.FactsAsync("check.unknown")).Count.ShouldBe(3);
        (await server.FactsAsync("prober.blind")).ShouldHaveSingleItem().ShouldContain(evidence);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await outside.DisposeAsync();
        await networks.DisposeAsync();
    }
}

/// <summary>Everything that is outside: three watched pages, somebody's webhook, and who listens for the heartbeat.</summary>
internal sealed class OutsideWorld(WebApplication app, int port) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, int> visits = new(StringComparer.Ordinal);

    public ConcurrentQueue<JsonNode> Pages { get; } = new();
    public string Url => $"http://{TwoNetworks.Outside}:{port}";

    public static async Task<OutsideWorld> StartAsync(Socket listener)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)listener.Handle));
        var app = builder.Build();
        var world = new OutsideWorld(app, ((IPEndPoint)listener.LocalEndPoint!).Port);
        app.Map("/{**path}", world.AnswerAsync);
        await app.StartAsync();
        return world;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/hook") Pages.Enqueue((await JsonNode.ParseAsync(http.Request.Body))!);
        visits.AddOrUpdate(http.Request.Path.Value!, 1, (_, count) => count + 1);
        await http.Response.WriteAsync("ok");
    }

    public int CountOf(string path) => visits.GetValueOrDefault(path);

    public async Task WaitAsync(string path)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (CountOf(path) == 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit) throw new TimeoutException($"nobody asked for {path}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>The built program, on the host.</summary>
internal sealed class HostedServer(DirectoryInfo directory, Process process) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> lines = new();

    public static async Task<HostedServer> StartAsync(TwoNetworks networks, OutsideWorld outside)
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-egress-");
        var configuration = Path.Combine(directory.FullName, "tocsin.yaml");
        await File.WriteAllTextAsync(configuration, $$"""
            public_url: http://192.0.2.1:8080
            heartbeat_to: {{outside.Url}}/beat
            people: {ada: {webhook: "{{outside.Url}}/hook"} }
            services:
              shop: {checks: {page: {http: "{{outside.Url}}/shop", interval: 2s} } }
              api: {checks: {page: {http: "{{outside.Url}}/api", interval: 2s} } }
              store: {checks: {page: {http: "{{outside.Url}}/store", interval: 2s} } }
            """);
        var process = networks.StartOnHost([Path.Combine(AppContext.BaseDirectory, "tocsin"),
            "serve", "--config", configuration, "--data", Path.Combine(directory.FullName, "data"), "--port", "8080"]);
        var server = new HostedServer(directory, process);
        process.OutputDataReceived += (_, line) => server.lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => server.lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    public async Task WaitForLineAsync(string text, TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit) throw new TimeoutException($"'{text}' was not said: {string.Join('\n', lines.TakeLast(20))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Bodies of the journal's entries of one kind, once the program has ended.</summary>
    public async Task<IReadOnlyList<string>> FactsAsync(string kind)
    {
        using var data = DataDirectory.Take(Path.Combine(directory.FullName, "data")).Value;
        await using var database = Database.OpenSqlite(data, Modules.Migrations, Product.Version, TimeProvider.System);
        return await database.Facts.ReadAsync(async tx => await tx.QueryAsync<string>("select body from journal where kind = @kind", new { kind }));
    }

    public async Task StopAsync()
    {
        if (process.HasExited) return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }
}
