using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Changes;

namespace Tocsin.Demo.Tests;

[CollectionDefinition(Name)]
public sealed class ShopCollection : ICollectionFixture<ShopFixture>
{
    public const string Name = "shop";
}

/// <summary>The whole shop as processes, and a server with the demo's endpoints, started once for all tests that press its buttons.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory directory = new();
    private WebApplication app = null!;
    private DemoStage stage = null!;

    public DemoShop Shop { get; private set; } = null!;
    public List<string> Progress { get; } = [];
    /// <summary>What Tocsin was told of, as a pipeline tells it.</summary>
    public ConcurrentQueue<ChangeRequest> Recorded { get; } = new();
    /// <summary>Talks to the demo's endpoints; follows no redirect.</summary>
    public HttpClient Demo { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Shop = await DemoShop.StartAsync(directory.Path, line => { lock (Progress) Progress.Add(line); }, TimeProvider.System, CancellationToken.None);
        var server = new Uri($"http://127.0.0.1:{FreePorts.Next()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRazorComponents();
        builder.WebHost.UseUrls(server.OriginalString);
        app = builder.Build();
        stage = new DemoStage(Shop, server, _ => Task.FromResult("the-token"), Record, TimeProvider.System);
        DemoEndpoints.Map(app, stage);
        await app.StartAsync();
        Demo = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };
    }

    private Task Record(ChangeRequest change, CancellationToken cancellation)
    {
        Recorded.Enqueue(change);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        Demo.Dispose();
        await stage.DisposeAsync();
        await app.DisposeAsync();
        await Shop.DisposeAsync();
        directory.Dispose();
    }
}
