using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;
using Tocsin.Paging.Watch;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Web;
using Tocsin.Web.Accounts;
using Tocsin.Web.Components;

namespace Tocsin.Paging.Tests.Pages;

/// <summary>The pages about being woken: real Kestrel on loopback, a real database, real pumps; only the channels are ours.</summary>
internal sealed class DeskSite : IDownNow, IProbingHealth, IPeopleDirectory, IDisplayZone, IAsyncDisposable
{
    public const string Config =
        """
        public_url: https://tocsin.example.org
        zone: Europe/Berlin
        smtp: {host: mail.example.org, from: tocsin@example.org}
        people:
          ada: {name: Ada Byron, mail: ada@example.org}
          grace: {name: Grace Hopper, mail: grace@example.org, ntfy: https://ntfy.example.org/grace-7f3k}
          linus: {name: Linus Benedict}
        services:
          shop: {name: Shop, checks: {page: https://shop.example.org/}}
          search: https://search.example.org/
        schedules:
          primary: {name: First line, people: [ada, grace, linus], zone: Europe/Berlin}
          backup: {name: Second line, people: [grace, ada], handoff_day: friday}
        escalation:
          default:
            steps:
              - {notify: primary}
              - {notify: [backup, ada], after: 10m}
            repeat_every: 15m
        """;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-desk-");
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly WebApplication app;

    private DeskSite()
    {
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, [.. WebModule.Migrations, .. AlertsModule.Migrations, .. IncidentsModule.Migrations,
            .. OnCallModule.Migrations, .. PagingModule.Migrations], TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System).AddStorage(database).AddTocsinWeb(data.Path);
        services.AddSingleton<IRevisions>(Revisions).AddSingleton<IPeopleDirectory>(this).AddSingleton<IDisplayZone>(this)
            .AddAlerts().AddIncidents().AddOnCall().AddPaging(data.Keys)
            .AddSingleton<IDownNow>(this).AddSingleton<IProbingHealth>(this).RemoveAll<IChannel>();
        foreach (var word in new[] { "mail", "ntfy", "webhook" }) services.AddSingleton<IChannel>(new Channel(this, word));
        app = builder.Build();
        app.UseTocsinWeb();
        app.MapTocsinWeb(typeof(AlertsModule).Assembly, typeof(OnCallModule).Assembly, typeof(PagingModule).Assembly);
        app.MapPaging();
        app.MapGet("/sample/awake/{id}", (long id) => new RazorComponentResult<AwakeSample>(new { Id = new IncidentId(id) }));
    }

    public FixedRevisions Revisions { get; } = new(PagingWorld.Read(Config));
    public IServiceProvider Services => app.Services;
    public IStore Store => database.Facts;
    public System.Collections.Concurrent.ConcurrentQueue<OutgoingMessage> Sent { get; } = [];
    public Func<OutgoingMessage, string, DeliveryOutcome> Answer { get; set; } = (_, _) => DeliveryOutcome.Delivered("250 2.0.0 queued as 4XkQ");
    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    IReadOnlyList<string> IDownNow.Checks => [];
    string? IProbingHealth.Trouble => null;
    IReadOnlyList<KnownPerson> IPeopleDirectory.People => [.. Revisions.Current.Catalog.People.Values.Select(person => new KnownPerson(person.Key, person.Name))];
    TimeZoneInfo IDisplayZone.For(PersonKey? person) => TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static async Task<DeskSite> StartAsync()
    {
        var site = new DeskSite();
        await site.app.StartAsync();
        return site;
    }

    public async Task<Visitor> SignedInAsync(string person, Role role)
    {
        var path = await Services.GetRequiredService<FirstAdmin>().CreateSignInLinkAsync(new PersonKey(person), role);
        var visitor = new Visitor(Url);
        (await visitor.GetAsync(path)).Status.ShouldBe(HttpStatusCode.Redirect);
        return visitor;
    }

    public async Task<Incident> DeclareAsync() => (await Services.GetRequiredService<IncidentDeclaration>().DeclareAsync(
        new Declaration { Title = "Shop answers 500", Services = ["shop"] }, Actor.User(new PersonKey("linus")))).Value;

    /// <summary>Waits for something that the pumps do.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 500; i++)
        {
            if (await isSo()) return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        throw new TimeoutException("it did not happen within 10 s");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
        directory.Delete(recursive: true);
    }

    private sealed class Channel(DeskSite site, string word) : IChannel
    {
        public string Word => word;

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation)
        {
            site.Sent.Enqueue(message);
            return Task.FromResult(site.Answer(message, word));
        }
    }
}

/// <summary>The panels of an incident alone on a page.</summary>
public sealed class AwakeSample : ComponentBase
{
    [Parameter] public IncidentId Id { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, $"""
            <!DOCTYPE html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>Panel</title><link rel="stylesheet" href="{WebAssets.Url("tocsin.css")}"></head>
            """);
        builder.OpenElement(1, "main");
        builder.OpenComponent<Panels<IncidentId>>(2);
        builder.AddComponentParameter(3, "Id", Id);
        builder.AddComponentParameter(4, "Column", PanelColumn.What);
        builder.CloseComponent();
        builder.CloseElement();
    }
}

/// <summary>Cookies, pages and forms without a script; follows no redirect.</summary>
internal sealed class Visitor(Uri address) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false, UseProxy = false })
    { BaseAddress = address };

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await client.GetAsync(path));

    public async Task<Answer> PostAsync(string path, params (string Name, string Value)[] values)
    {
        using var content = new FormUrlEncodedContent(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        return await Answer.OfAsync(await client.PostAsync(path, content));
    }

    /// <summary>Fills in a form of a page and sends it as a browser would.</summary>
    public Task<Answer> SubmitAsync(Answer page, string handler, params (string Name, string Value)[] values)
    {
        var form = page.Page.QuerySelectorAll("form").Cast<IHtmlFormElement>()
            .First(candidate => candidate.QuerySelector($"input[name=_handler][value='{handler}']") is not null);
        var hidden = form.Elements.OfType<IHtmlInputElement>().Where(input => input.Type == "hidden").Select(input => (input.Name!, input.Value));
        return PostAsync(page.Path, [.. hidden, .. values]);
    }

    /// <summary>The page that a redirect leads to.</summary>
    public async Task<Answer> FollowAsync(Answer answer)
    {
        answer.Status.ShouldBe(HttpStatusCode.Redirect, answer.Text);
        return await GetAsync(answer.Message.Headers.Location!.ToString());
    }

    public void Dispose() => client.Dispose();
}

internal sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, string Text, string Path, IDocument Page)
{
    /// <summary>What people read, with single spaces.</summary>
    public string Words => string.Join(' ', Page.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static async Task<Answer> OfAsync(HttpResponseMessage message)
    {
        var text = await message.Content.ReadAsStringAsync();
        var page = await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(text));
        return new Answer(message.StatusCode, message, text, message.RequestMessage!.RequestUri!.PathAndQuery, page);
    }
}
