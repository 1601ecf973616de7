using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

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

    public DemoShop Shop { get; private set; } = null!;
    public List<string> Progress { get; } = [];
    /// <summary>Talks to the demo's endpoints; follows no redirect.</summary>
    public HttpClient Demo { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Shop = await DemoShop.StartAsync(directory.Path, line => { lock (Progress) Progress.Add(line); }, TimeProvider.System, CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRazorComponents();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        DemoEndpoints.Map(app, Shop, _ => Task.FromResult("the-token"));
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Demo = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public async Task DisposeAsync()
    {
        Demo.Dispose();
        await app.DisposeAsync();
        await Shop.DisposeAsync();
        directory.Dispose();
    }
}
