using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Tocsin.Demo.Tests;

/// <summary>How long it took from pressing a button, by the clock of whoever pressed it.</summary>
/// <param name="Down">A check is down, or degraded where most requests still work.</param>
/// <param name="Mail">Somebody has mail.</param>
/// <param name="Public">A component of <c>/status.json</c> is not operational.</param>
/// <param name="NextStep">From the first person's mail to the second's, as the mailbox dates them; nobody acknowledged.</param>
/// <param name="AllClear">Mail says <c>resolved</c>, after mending.</param>
internal sealed record FaultTimes(TimeSpan Down, TimeSpan Mail, TimeSpan Public, TimeSpan NextStep, TimeSpan AllClear);

/// <summary>The same for an outage that was acknowledged at once.</summary>
/// <param name="Down">A check is down or degraded.</param>
/// <param name="Pages">Mails before the all-clear.</param>
/// <param name="Incidents">Incidents that were opened for it.</param>
internal sealed record OutageSeen(TimeSpan Down, TimeSpan Mail, TimeSpan Public, TimeSpan AllClear, int Pages, int Incidents);

/// <summary>The built program's demo as somebody runs it, seen from outside through its addresses only.</summary>
internal sealed class WatchedDemo : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120), Between = TimeSpan.FromMilliseconds(250);

    private readonly DirectoryInfo data;
    private readonly Process process;
    private readonly HttpClient http;

    private WatchedDemo(DirectoryInfo data, Process process, HttpClient http) => (this.data, this.process, this.http) = (data, process, http);

    /// <returns>A demo all of whose checks are up.</returns>
    public static async Task<WatchedDemo> StartAsync(string program, int port)
    {
        var data = Directory.CreateTempSubdirectory("tocsin-demo-");
        var process = Process.Start(new ProcessStartInfo(program, ["demo", "--data", data.FullName, "--port", $"{port}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        // Read, so that the pipes never fill.
        process.OutputDataReceived += Ignore;
        process.ErrorDataReceived += Ignore;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var demo = new WatchedDemo(data, process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(10) });
        await demo.UntilAsync(demo.HasTokenAsync);
        await demo.UntilAsync(demo.IsWellAsync);
        return demo;
    }

    private static void Ignore(object sender, DataReceivedEventArgs line) => _ = line.Data;

    private async Task<bool> HasTokenAsync()
    {
        try
        {
            var token = await http.GetStringAsync(new Uri("demo/token", UriKind.Relative));
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // not yet
        }
    }

    /// <summary>Breaks, acknowledges nothing, and mends when the second person has been paged.</summary>
    public async Task<FaultTimes> RunAsync(string fault)
    {
        var before = (await MailAsync()).Count;
        var broken = TimeProvider.System.GetTimestamp();
        await PostAsync($"demo/break/{fault}");
        var seen = await Task.WhenAll(
            SinceAsync(broken, async () => (await ChecksAsync()).Contains("down")),
            SinceAsync(broken, async () => await ArrivedAsync(before, "ada@demo.example") is not null),
            SinceAsync(broken, async () => (await ComponentsAsync()).Any(state => state != "operational")));
        await UntilAsync(async () => await ArrivedAsync(before, "grace@demo.example") is not null);
        var next = await ArrivedAsync(before, "grace@demo.example") - await ArrivedAsync(before, "ada@demo.example");
        var mended = TimeProvider.System.GetTimestamp();
        await PostAsync($"demo/mend/{fault}");
        var allClear = await SinceAsync(mended, async () =>
            (await NewMailAsync(before)).Count(mail => mail.Subject.Contains("resolved", StringComparison.OrdinalIgnoreCase)) >= 2);
        await UntilAsync(IsWellAsync);
        return new FaultTimes(seen[0], seen[1], seen[2], next!.Value, allClear);
    }

    /// <summary>Breaks, acknowledges when the mail is there, waits, and mends.</summary>
    /// <param name="goesOnFor">Time from the mail to mending.</param>
    public async Task<OutageSeen> RunOutageAsync(string fault, TimeSpan goesOnFor)
    {
        var (mails, incidents) = ((await MailAsync()).Count, (await IncidentsAsync()).Count);
        var broken = TimeProvider.System.GetTimestamp();
        await PostAsync($"demo/break/{fault}");
        var seen = await Task.WhenAll(
            SinceAsync(broken, async () => (await ChecksAsync()).Any(state => state is "down" or "degraded")),
            SinceAsync(broken, async () => (await MailAsync()).Count > mails),
            SinceAsync(broken, async () => (await ComponentsAsync()).Any(state => state != "operational")));
        await PostAsync($"api/v1/incidents/{(await IncidentsAsync())[0]}/ack");
        await Task.Delay(goesOnFor, TimeProvider.System);
        var mended = TimeProvider.System.GetTimestamp();
        await PostAsync($"demo/mend/{fault}");
        var allClear = await SinceAsync(mended, async () => (await NewMailAsync(mails)).Any(IsAllClear));
        await UntilAsync(IsWellAsync);
        return new OutageSeen(seen[0], seen[1], seen[2], allClear, (await NewMailAsync(mails)).Count(mail => !IsAllClear(mail)),
            (await IncidentsAsync()).Count - incidents);
    }

    /// <summary>Makes a change that breaks nothing, and puts it back.</summary>
    /// <returns>Mails that came of it within the time.</returns>
    public async Task<int> RunHarmlessAsync(TimeSpan within)
    {
        var mails = (await MailAsync()).Count;
        await PostAsync("demo/break/harmless-change");
        await Task.Delay(within, TimeProvider.System);
        await PostAsync("demo/mend/harmless-change");
        await UntilAsync(IsWellAsync);
        return (await MailAsync()).Count - mails;
    }

    /// <summary>Titles of the changes that Tocsin was told of, newest first.</summary>
    public async Task<IReadOnlyList<string>> ChangesAsync() =>
        [.. (await GetAsync("api/v1/changes"))["changes"]!.AsArray().Select(change => (string)change!["title"]!)];

    private static bool IsAllClear((string To, string Subject, DateTimeOffset ReceivedAt) mail) =>
        mail.Subject.Contains("resolved", StringComparison.OrdinalIgnoreCase);

    private async Task<IReadOnlyList<string>> IncidentsAsync() =>
        [.. (await GetAsync("api/v1/incidents"))["incidents"]!.AsArray().Select(incident => (string)incident!["id"]!)];

    public async Task<IReadOnlyList<(string To, string Subject, DateTimeOffset ReceivedAt)>> MailAsync() =>
        [.. (await GetAsync("demo/mailbox")).AsArray().Select(mail =>
            ((string)mail!["to"]!, (string)mail["subject"]!, mail["receivedAt"]!.GetValue<DateTimeOffset>()))];

    private async Task<IEnumerable<(string To, string Subject, DateTimeOffset ReceivedAt)>> NewMailAsync(int before) => (await MailAsync()).Skip(before);

    private async Task<DateTimeOffset?> ArrivedAsync(int before, string to) =>
        (await NewMailAsync(before)).Where(mail => mail.To == to).Select(mail => (DateTimeOffset?)mail.ReceivedAt).FirstOrDefault();

    private async Task<bool> IsWellAsync() =>
        (await ChecksAsync()).All(state => state == "up") && (await ComponentsAsync()).All(state => state == "operational");

    private async Task<IReadOnlyList<string>> ChecksAsync() =>
        [.. (await GetAsync("api/v1/checks"))["checks"]!.AsArray().Select(check => (string)check!["state"]!)];

    private async Task<IReadOnlyList<string>> ComponentsAsync() =>
        [.. (await GetAsync("status.json"))["components"]!.AsArray().Select(component => (string)component!["status"]!)];

    /// <summary>What the demo knows when a promise was not kept: its data goes with it.</summary>
    private async Task<string> StoryAsync()
    {
        var parts = new List<string> { (await GetAsync("demo/mailbox")).AsArray().Count + " mails", (await GetAsync("api/v1/checks")).ToJsonString() };
        foreach (var incident in await IncidentsAsync()) parts.Add((await GetAsync($"api/v1/incidents/{incident}")).ToJsonString());
        return string.Join('\n', parts);
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private async Task PostAsync(string path)
    {
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<TimeSpan> SinceAsync(long started, Func<Task<bool>> isSo)
    {
        await UntilAsync(isSo);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (process.HasExited) throw new InvalidOperationException($"the demo ended with {process.ExitCode}");
            if (TimeProvider.System.GetElapsedTime(started) > Limit) throw new TimeoutException($"it did not come to be within {Limit}: {await StoryAsync()}");
            await Task.Delay(Between, TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        data.Delete(recursive: true);
    }
}
