using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Incidents.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Postmortems.Tests.Site;

/// <summary>Pages and API of incidents and postmortems on real Kestrel and a real database, the readers turning by themselves.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly WebApplication app;

    private TestSite(DataDirectory data, Database database, WebApplication app) => (this.data, this.database, this.app) = (data, database, app);

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<TestSite> StartAsync()
    {
        var data = DataDirectory.Take(Path.Combine(Path.GetTempPath(), "tocsin-pm-" + Guid.NewGuid().ToString("N"))).Value;
        var database = TestDatabase.Open(data,
            [.. WebModule.Migrations, .. AlertsModule.Migrations, .. IncidentsModule.Migrations, .. PostmortemsModule.Migrations], TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(database).AddTocsinWeb(data.Path)
            .AddSingleton<IRevisions>(new FixedRevisions(Bench.Shop())).AddSingleton<IPeopleDirectory, Known>()
            .AddAlerts().AddIncidents().AddPostmortems();
        var app = builder.Build();
        app.UseTocsinWeb();
        app.MapTocsinWeb(typeof(IncidentsModule).Assembly, typeof(PostmortemsModule).Assembly);
        var api = app.MapGroup("/api/v1");
        api.MapIncidents();
        api.MapPostmortems();
        app.MapPostmortemTexts();
        await app.StartAsync();
        return new TestSite(data, database, app);
    }

    public async Task<Browser> SignedInAsync(PersonKey person, Role role)
    {
        var browser = new Browser(Address);
        (await browser.GetAsync(await Get<FirstAdmin>().CreateSignInLinkAsync(person, role))).Status.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    /// <summary>A program with a token of a person's own.</summary>
    public async Task<HttpClient> WithTokenAsync(PersonKey person, Role role)
    {
        await Get<FirstAdmin>().EnsureAsync(person, role);
        return Bearer((await Get<ApiTokens>().CreateForAsync(person, "tests", role, Actor.User(person))).Value);
    }

    public async Task<HttpClient> AsIntegrationAsync() =>
        Bearer((await Get<ApiTokens>().CreateForIntegrationAsync("deploy-job", Role.Responder, Actor.User(Bench.Ada))).Value);

    private HttpClient Bearer(string token)
    {
        var client = new Browser(Address).Client;
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private Uri Address => new(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>A check is confirmed down, and the readers have opened its incident.</summary>
    public async Task<IncidentId> BreakAsync(string service)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await Get<IStore>().WriteAsync(tx =>
        {
            tx.Append(new CheckDown(new CheckKey($"{service}-http"), new ServiceKey(service), now.AddSeconds(-4), "status", "answered 500", "http://x/", 3),
                now, Actor.Tocsin);
            return ValueTask.CompletedTask;
        });
        for (var tries = 0; tries < 200; tries++)
        {
            if (await Get<IncidentQueries>().OpenAsync() is [var incident, ..]) return incident.Id;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        throw new TimeoutException("no incident was opened within 10 s");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
        Directory.Delete(data.Path, recursive: true);
    }

    private sealed class Known : IPeopleDirectory
    {
        public IReadOnlyList<KnownPerson> People { get; } = [new(Bench.Ada, "Ada"), new(Bench.Bob, "Bob")];
    }
}

/// <summary>Cookies, pages and forms without a script.</summary>
public sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser(Uri address) => client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };

    public HttpClient Client => client;

    public async Task<Answer> GetAsync(string path) => await Answer.FromAsync(await client.GetAsync(path));

    /// <summary>Presses the button of this value (or the form's only one) as a browser would, after filling fields in.</summary>
    /// <param name="form">Name of the form.</param>
    /// <param name="values">By field; with several fields of one name the values count from the first.</param>
    public async Task<Answer> SubmitAsync(Answer page, string form, string? button, params (string Name, string Value)[] values)
    {
        var found = page.Page.QuerySelectorAll("form").Cast<IHtmlFormElement>()
            .First(candidate => candidate.QuerySelector($"input[name=_handler][value='{form}']") is not null);
        var fields = found.Elements.Select(element => element switch
        {
            IHtmlInputElement { Type: "checkbox" } box => box.IsChecked ? (box.Name, box.Value) : (null, null),
            IHtmlInputElement input => (input.Name, input.Value),
            IHtmlSelectElement select => (select.Name, select.Value),
            IHtmlTextAreaElement area => (area.Name, area.Value),
            _ => ((string?)null, (string?)null),
        }).Where(field => field.Item1 is not null).Select(field => (Name: field.Item1!, Value: field.Item2 ?? "")).ToList();
        foreach (var named in values.GroupBy(value => value.Name))
        {
            var at = 0;
            foreach (var (name, value) in named)
            {
                at = fields.FindIndex(at, field => field.Name == name);
                if (at >= 0) fields[at++] = (name, value);
                else { fields.Add((name, value)); at = fields.Count; }
            }
        }
        if (button is not null)
        {
            var pressed = page.Page.QuerySelectorAll("button").Cast<IHtmlButtonElement>().First(candidate => candidate.Value == button && candidate.Form == found);
            fields.Add((pressed.Name!, pressed.Value!));
        }
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Answer.FromAsync(await client.PostAsync(page.Path, content));
    }

    /// <summary>Follows where an answer leads.</summary>
    public async Task<Answer> FollowAsync(Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Text);
        return await GetAsync(answer.Location!);
    }

    public void Dispose() => client.Dispose();
}

/// <summary>One answer of the server.</summary>
public sealed record Answer(HttpStatusCode Status, string? Location, string Text, string Path, IDocument Page)
{
    public string Words => string.Join(' ', Page.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    internal static async Task<Answer> FromAsync(HttpResponseMessage message)
    {
        using (message)
        {
            var text = await message.Content.ReadAsStringAsync();
            var page = await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(text));
            return new Answer(message.StatusCode, message.Headers.Location?.ToString(), text, message.RequestMessage!.RequestUri!.PathAndQuery, page);
        }
    }
}
