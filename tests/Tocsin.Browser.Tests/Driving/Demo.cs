using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;

namespace Tocsin.Browser.Tests.Driving;

/// <summary>A mail as <c>/demo/mailbox</c> tells it.</summary>
public sealed record DemoMail(string To, string Subject, string Text, DateTimeOffset ReceivedAt)
{
    public bool IsAllClear => Subject.Contains("resolved", StringComparison.OrdinalIgnoreCase);

    /// <summary>The link that acknowledges, as a person would find it in the text.</summary>
    public string? AcknowledgeLink => Text.Split((char[])[' ', '\n', '\r']).FirstOrDefault(word => word.Contains("/ack/", StringComparison.Ordinal));
}

public sealed record ServiceSeen(string Key, string Name);

public sealed record RowSeen(DateTimeOffset At, string Kind, string By, string Text);

public sealed record SuspicionSeen(int Number, string Suspect, bool Open, string? Because);

/// <summary>What the API tells of an incident.</summary>
/// <param name="Timeline">Oldest first; null in lists.</param>
public sealed record IncidentSeen(
    string Id, string Title, string State, string? AcknowledgedBy, IReadOnlyList<ServiceSeen> Services, long? DurationSeconds,
    IReadOnlyList<RowSeen>? Timeline, IReadOnlyList<SuspicionSeen>? Suspicions);

public sealed record IncidentsSeen(IReadOnlyList<IncidentSeen> Incidents);

/// <summary>One demo and one browser for all tests of a class.</summary>
public abstract class Demo(string name) : IAsyncLifetime
{
    private DemoProcess process = null!;
    private IPlaywright playwright = null!;
    private string session = "";

    public Uri Address { get; private set; } = null!;
    internal IBrowser Browser { get; private set; } = null!;
    /// <summary>Speaks to the server with a token, and to the demo.</summary>
    internal HttpClient Http { get; private set; } = null!;

    /// <summary>Lines with which the server reported a fault of its own.</summary>
    public IReadOnlyList<string> OwnFaults =>
        [.. process.Said.Split('\n').Where(line => line.Contains("Z fail: ", StringComparison.Ordinal) || line.Contains("Z crit: ", StringComparison.Ordinal))];

    public async Task InitializeAsync()
    {
        if (Places.WhyNoBrowser is not null) return;
        (process, var link) = await DemoProcess.StartAsync(name);
        Address = new Uri(link, "/");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Http.GetStringAsync("/demo/token"));
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Places.Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server"],
        });
        session = await SignInAsync(link);
    }

    /// <summary>Opens the printed link, as a person would.</summary>
    /// <returns>What the browser keeps of it.</returns>
    private async Task<string> SignInAsync(Uri link)
    {
        await using var context = await Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(link.AbsoluteUri);
        new Uri(page.Url).AbsolutePath.ShouldBe("/", "the printed link signs in without a form");
        return await context.StorageStateAsync();
    }

    /// <summary>A fresh browser profile.</summary>
    /// <param name="isSignedIn">False: no cookie at all.</param>
    /// <param name="density">Pixels of the screen for each CSS pixel.</param>
    internal Task<IBrowserContext> ProfileAsync(Look? look = null, bool isSignedIn = true, bool hasScript = true, float density = 1)
    {
        look ??= Look.Desk;
        return Browser.NewContextAsync(new()
        {
            BaseURL = Address.AbsoluteUri, StorageState = isSignedIn ? session : null, JavaScriptEnabled = hasScript,
            ViewportSize = new() { Width = look.Width, Height = look.Height }, ColorScheme = look.Scheme,
            ReducedMotion = ReducedMotion.Reduce, DeviceScaleFactor = density, Locale = "en-GB", TimezoneId = "UTC",
        });
    }

    internal async Task<IReadOnlyList<DemoMail>> MailsAsync() => (await Http.GetFromJsonAsync<List<DemoMail>>("/demo/mailbox"))!;

    internal async Task<IReadOnlyList<IncidentSeen>> IncidentsAsync() =>
        (await Http.GetFromJsonAsync<IncidentsSeen>("/api/v1/incidents"))!.Incidents;

    internal async Task<IncidentSeen> IncidentAsync(string id) => (await Http.GetFromJsonAsync<IncidentSeen>($"/api/v1/incidents/{id}"))!;

    /// <summary>Waits for the first mail that fits.</summary>
    internal Task<DemoMail> MailAsync(string what, TimeSpan limit, Func<DemoMail, bool> fits) =>
        Eventually.GetsAsync(what, limit, async () => (await MailsAsync()).OrderBy(mail => mail.ReceivedAt).FirstOrDefault(fits));

    /// <summary>Without a browser.</summary>
    /// <param name="body">Sent as JSON; null for a button of the demo.</param>
    internal async Task PostAsync(string path, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"POST {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null) await Browser.CloseAsync();
        playwright?.Dispose();
        Http?.Dispose();
        if (process is not null) await process.DisposeAsync();
    }
}
