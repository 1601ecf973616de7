using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Web.Accounts;

namespace Tocsin.Web.Tests.Site;

/// <summary>The web part alone: real Kestrel on loopback, a real database of its own, sample pages of a module.</summary>
public sealed class TestSite : IAsyncDisposable
{
    public static readonly PersonKey Ada = new("ada");
    public static readonly PersonKey Bob = new("bob");
    public const string Password = "correct horse battery";

    private readonly DataDirectory data;
    private readonly Database database;
    private readonly WebApplication app;

    private TestSite(DataDirectory data, Database database, WebApplication app) => (this.data, this.database, this.app) = (data, database, app);

    public IServiceProvider Services => app.Services;
    public IStore Store => database.Facts;
    public FakePeople People => (FakePeople)app.Services.GetRequiredService<IPeopleDirectory>();
    public CapturedLog Log => app.Services.GetRequiredService<CapturedLog>();
    public string DataPath => data.Path;

    /// <summary>Addresses in the order of listening: main, then public when there is one.</summary>
    public IReadOnlyList<Uri> Addresses => [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
        .Addresses.Select(address => new Uri(address))];

    public static async Task<TestSite> StartAsync(
        Action<WebOptions>? configure = null, bool withPublicListener = false, Action<IServiceCollection>? also = null)
    {
        var data = DataDirectory.Take(Path.Combine(Path.GetTempPath(), "tocsin-web-" + Guid.NewGuid().ToString("N"))).Value;
        var database = TestDatabase.Open(data, WebModule.Migrations, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(withPublicListener ? "http://127.0.0.1:0;http://127.0.0.1:0" : "http://127.0.0.1:0");
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(log);
        builder.Services.AddSingleton<IPeopleDirectory>(new FakePeople());
        builder.Services.AddSingleton(database.Facts);
        builder.Services.AddTocsinWeb(data.Path, configure);
        also?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseTocsinWeb();
        app.MapTocsinWeb(typeof(TestSite).Assembly);
        MapSampleApi(app);
        await app.StartAsync();
        var site = new TestSite(data, database, app);
        if (withPublicListener) app.Services.GetRequiredService<WebOptions>().PublicPort = site.Addresses[1].Port;
        return site;
    }

    /// <summary>A browser without sessions of others: own cookies, follows no redirect.</summary>
    public Browser Open(int listener = 0) => new(Addresses[listener]);

    /// <summary>A browser in which somebody is signed in.</summary>
    public async Task<Browser> SignedInAsync(PersonKey person, Role role)
    {
        var path = await Services.GetRequiredService<FirstAdmin>().CreateSignInLinkAsync(person, role);
        var browser = Open();
        var answer = await browser.GetAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    public async Task AddAccountAsync(PersonKey person, Role role)
    {
        using var scope = Services.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<Account>>();
        var result = await users.CreateAsync(
            new Account { Person = person, Role = role, Stamp = "first", CreatedAt = DateTimeOffset.UnixEpoch }, Password);
        result.Succeeded.ShouldBeTrue();
    }

    public async Task<IReadOnlyList<string>> AccountFactsAsync(PersonKey person) =>
        [.. (await new JournalOf(Store).ReadAsync()).OfType<AccountChanged>().Where(fact => fact.Person == person).Select(fact => fact.What)];

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
        Directory.Delete(data.Path, recursive: true);
    }

    private static void MapSampleApi(WebApplication app)
    {
        app.MapGet("/api/v1/whoami", (HttpContext http) => new { http.User.Actor.Text, Role = http.User.Role.ToString() });
        app.MapPost("/api/v1/things", (HttpContext http, Thing thing) => thing).RequireAuthorization(Permissions.Respond);
        app.MapGet("/broken", string () => throw new InvalidOperationException("a secret in the message"));
        app.MapGet("/api/v1/broken", string () => throw new InvalidOperationException("a secret in the message"));
        app.MapGet("/ack/{token}", (string token) => "page " + token.Length).AllowAnonymous().PublicSurface();
    }

    public sealed record Thing(string Name);
}

public sealed class FakePeople : IPeopleDirectory
{
    public List<KnownPerson> Known { get; } = [new(TestSite.Ada, "Ada Byron"), new(TestSite.Bob, "Bob Noyce")];
    public IReadOnlyList<KnownPerson> People => Known;
}

/// <summary>Facts as they were appended.</summary>
internal sealed class JournalOf(IStore store)
{
    private sealed class Row { public string Kind { get; init; } = ""; public string Body { get; init; } = ""; }

    public async Task<IReadOnlyList<Fact>> ReadAsync() =>
        [.. (await store.QueryAsync<Row>("select kind, body from journal order by seq")).Select(row => FactKinds.Read(row.Kind, row.Body)!)];
}

/// <summary>What the server logged, for looking at.</summary>
public sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();
    public string Text => string.Join('\n', lines);
    public ILogger CreateLogger(string categoryName) => this;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public bool IsEnabled(LogLevel logLevel) => true;
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    public void Dispose() { }
}
