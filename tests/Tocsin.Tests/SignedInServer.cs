using System.Net;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Tests.Acceptance;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Tests;

/// <summary>The real server with the smallest configuration, an outage that was written up, and somebody signed in.</summary>
internal sealed class SignedInServer : IAsyncDisposable
{
    private static readonly PersonKey Me = new("me");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RunningServer server;
    private readonly HttpClient client;
    private readonly Incident incident;

    private SignedInServer(RunningServer server, HttpClient client, Incident incident, string token) =>
        (this.server, this.client, this.incident, Token) = (server, client, incident, token);

    public Uri Address => server.Url;

    /// <summary>Of an administrator.</summary>
    public string Token { get; }

    public static async Task<SignedInServer> StartAsync()
    {
        // Nobody listens on port 1: the check is down, and nothing leaves this machine.
        var server = await RunningServer.StartAsync("""
            people:
              me: {ntfy: http://127.0.0.1:1/topic}
            services:
              shop: http://127.0.0.1:1
            """);
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = server.Url,
        };
        using var signedIn = await client.GetAsync(await server.Program.FirstAdmin.CreateSignInLinkAsync(Me, Role.Admin));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var token = (await server.Get<ApiTokens>().CreateForAsync(Me, "test", Role.Admin, Actor.User(Me))).Value;
        var incident = (await server.Get<IncidentDeclaration>()
            .WriteUpAsync(new Declaration { Title = "The switch", Services = ["shop"] }, Actor.User(Me))).Value;
        return new SignedInServer(server, client, incident, token);
    }

    public async Task<(int Status, string Text)> ReadAsync(string path)
    {
        using var answer = await client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <param name="page">May have <c>{id}</c> of the incident, <c>{key}</c> of the service or check.</param>
    /// <returns>Status of the answer; a page that says "soon" (503) is asked again.</returns>
    public async Task<int> StatusOfAsync(string page)
    {
        var key = page.StartsWith("/checks/", StringComparison.Ordinal) ? server.Get<CheckQueries>().All[0].Check.Value : "shop";
        var path = page.Replace("{id}", incident.Id.ToString(), StringComparison.Ordinal).Replace("{key}", key, StringComparison.Ordinal);
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var (status, _) = await ReadAsync(path);
            if (status != (int)HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetUtcNow() > until) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }
}
