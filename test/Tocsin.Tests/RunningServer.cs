using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Server;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Tests;

/// <summary>The real server with the smallest configuration, an outage that was written up, and somebody signed in.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly PersonKey Me = new("me");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string directory;
    private readonly ServerProgram program;
    private readonly HttpClient client;
    private readonly Incident incident;

    private RunningServer(string directory, ServerProgram program, HttpClient client, Incident incident, string token) =>
        (this.directory, this.program, this.client, this.incident, Token) = (directory, program, client, incident, token);

    public Uri Address => client.BaseAddress!;

    /// <summary>Of an administrator.</summary>
    public string Token { get; }

    public static async Task<RunningServer> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-outages-").FullName;
        var port = FreePort();
        var configuration = Path.Combine(directory, "tocsin.yaml");
        // Nobody listens on port 1: the check is down, and nothing leaves this machine.
        await File.WriteAllTextAsync(configuration, $$"""
            people:
              me: {ntfy: http://127.0.0.1:1/topic}
            services:
              shop: http://127.0.0.1:1
            public_url: http://127.0.0.1:{{port}}
            """);
        var program = (await ServerProgram.CreateAsync(
            new ServerSettings(configuration, Path.Combine(directory, "data"), "127.0.0.1", port), TimeProvider.System)).Value;
        (await program.StartAsync(CancellationToken.None)).IsValid.ShouldBeTrue();
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        };
        using var signedIn = await client.GetAsync(await program.FirstAdmin.CreateSignInLinkAsync(Me, Role.Admin));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var incident = (await program.App.Services.GetRequiredService<IncidentDeclaration>()
            .WriteUpAsync(new Declaration { Title = "The switch", Services = ["shop"] }, Actor.User(Me))).Value;
        var token = (await program.App.Services.GetRequiredService<ApiTokens>().CreateForAsync(Me, "test", Role.Admin, Actor.User(Me))).Value;
        return new RunningServer(directory, program, client, incident, token);
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    public async Task<(int Status, string Text)> ReadAsync(string path)
    {
        using var answer = await client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <param name="page">May have <c>{id}</c> of the incident, <c>{key}</c> of the service or check.</param>
    /// <returns>Status of the answer; a page that says "soon" (503) is asked again.</returns>
    public async Task<int> GetAsync(string page)
    {
        var key = page.StartsWith("/checks/", StringComparison.Ordinal)
            ? program.App.Services.GetRequiredService<CheckQueries>().All[0].Check.Value : "shop";
        var path = page.Replace("{id}", incident.Id.ToString(), StringComparison.Ordinal).Replace("{key}", key, StringComparison.Ordinal);
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            using var answer = await client.GetAsync(path);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetUtcNow() > until) return (int)answer.StatusCode;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await program.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
