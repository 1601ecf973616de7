using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Tests;
using Tocsin.Web;

namespace Tocsin.Tests.Acceptance;

/// <summary>The whole program on a real PostgreSQL server.</summary>
public sealed partial class PostgresTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static string Yaml(string database, WebhookReceiver hook, Target target) => $$"""
        database: "{{database}}"
        people: {ada: {webhook: "{{hook.Url}}"}, bob: {mail: bob@example.org} }
        smtp: {host: 127.0.0.1, port: 9, from: tocsin@example.org}
        services:
          shop: {checks: {page: {http: "{{target.Url}}", interval: 1s} } }
          blog: {depends_on: shop}
        schedules: {primary: {people: [ada, bob]} }
        escalation: {default: {steps: [{notify: ada}]} }
        incidents: {quiet_time: 1s}
        """;

    [PostgresFact]
    public async Task Outage_FromTheFirstProbeToThePostmortem_WithARestartInBetween()
    {
        var database = await (await PostgresServer.Shared).NewDatabaseAsync();
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        var (yaml, data) = (Yaml(database, hook, target), Directory.CreateTempSubdirectory("tocsin-postgres-"));
        string outage;
        await using (var server = await RunningServer.StartAsync(yaml, data.FullName))
        {
            await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Outcome.Up));
            using var ada = await Person.SignedInAsync(server, "ada", Role.Admin);
            await InviteAsync(server, ada);
            await SetAndEndWhatPeopleSetAsync(ada);
            outage = await BreakAsync(ada, hook, target);
            await WorkOnItAsync(ada, outage);
        }
        File.Exists(Path.Combine(data.FullName, "tocsin.db")).ShouldBeFalse(); // nothing went past PostgreSQL
        await using (var server = await RunningServer.StartAsync(yaml, data.FullName))
        {
            using var ada = await Person.SignedInAsync(server, "ada", Role.Admin);
            ((string)(await ada.AskAsync($"/incidents/{outage}"))["state"]!).ShouldBe("acknowledged");
            target.Start();
            await hook.WaitForAsync("all-clear", Limit);
            await WriteItUpAsync(ada, outage);
            await DeclareAndResolveAsync(ada);
            await LookAroundAsync(ada, outage);
        }
        hook.Types.Take(2).ShouldBe(["page", "all-clear"]);
        data.Delete(recursive: true);
    }

    private static async Task InviteAsync(RunningServer server, Person ada)
    {
        var shown = await ada.FillInAsync("/settings/people", "people", ("act", "invite bob"), ("role-bob", "responder"));
        var link = InviteLink().Match(shown).Value;
        using (var bob = Person.Stranger(server)) await bob.FillInAsync(link, "invite", ("Input.Password", "correct horse battery"));
        using var again = Person.Stranger(server);
        await again.FillInAsync("/sign-in", "sign-in", ("Input.Name", "bob"), ("Input.Password", "correct horse battery"));
        (await again.LookAsync("/account")).ShouldContain("bob");
    }

    private static async Task SetAndEndWhatPeopleSetAsync(Person ada)
    {
        var silences = await ada.FillInAsync("/settings/silences", "silence", ("Form.About", "service/blog"), ("Form.Minutes", "30"), ("Form.Why", "moving house"));
        silences.ShouldContain("moving house");
        (await ada.FillInAsync("/settings/silences", "end-silence", ("id", IdIn(silences, "end-silence")))).ShouldNotContain("moving house");

        var (from, until) = (TimeProvider.System.GetUtcNow().AddHours(1), TimeProvider.System.GetUtcNow().AddHours(2));
        var shifts = await ada.FillInAsync("/on-call", "override", ("Form.Schedule", "primary"), ("Form.Person", "bob"),
            ("Form.From", $"{from:yyyy-MM-dd'T'HH:mm}"), ("Form.Until", $"{until:yyyy-MM-dd'T'HH:mm}"), ("Form.Zone", "UTC"));
        var id = IdIn(shifts, "remove-override");
        (await ada.FillInAsync("/on-call", "remove-override", ("id", id))).ShouldNotContain("form=\"remove-override\"");

        (await ada.FillInAsync("/settings/contacts", "contact", ("Form.Method", "mail"), ("Form.Address", "ada@example.org"))).ShouldContain("ada@example.org");
        (await ada.FillInAsync("/settings/tokens", "token", ("name", "deploy-job"), ("role", "responder"))).ShouldContain("deploy-job");
        (await ada.TellAsync(HttpMethod.Post, "/changes", new { title = "deploy/812", service = "shop", kind = "deploy" }, "deploy-812")).ShouldNotBeNull();
        var same = await ada.TellAsync(HttpMethod.Post, "/changes", new { title = "deploy/812", service = "shop", kind = "deploy" }, "deploy-812");
        ((string)same["id"]!).ShouldBe("CHG-1");
    }

    private static async Task<string> BreakAsync(Person ada, WebhookReceiver hook, Target target)
    {
        target.Stop();
        var (_, page) = await hook.WaitForAsync("page", Limit);
        using var stranger = new HttpClient();
        (await stranger.PostAsync(new Uri((string)page["ackUrl"]!), null)).EnsureSuccessStatusCode();
        var open = (await ada.AskAsync("/incidents"))["incidents"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)open["state"]!, (string)open["acknowledgedBy"]!).ShouldBe(("acknowledged", "ada"));
        return (string)open["id"]!;
    }

    private static async Task WorkOnItAsync(Person ada, string outage)
    {
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/ack", new { });
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/notes", new { text = "nobody can buy \0 anything 🛒" });
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/notes", new { text = "restarted it", kind = "action", at = "2024-01-25 10:00 UTC" });
        var suspicion = await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/suspicions", new { suspect = "the database" });
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/suspicions", new { change = "CHG-1" });
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/suspicions/{suspicion["number"]}/rule-out", new { because = "it answers" });
        await ada.TellAsync(HttpMethod.Post, $"/incidents/{outage}/status-updates", new { status = "identified", text = "We know what it is." });
        (await ada.AskAsync($"/incidents/{outage}/status-updates")).AsArray().Count.ShouldBeGreaterThan(0);
        await ada.TellAsync(HttpMethod.Patch, $"/incidents/{outage}", new { cause = "somebody stopped it", impact = new { extent = "full", usersPercent = 30 } });
    }

    private static async Task WriteItUpAsync(Person ada, string outage)
    {
        var draft = await ada.AskAsync($"/incidents/{outage}/postmortem");
        draft["timeline"]!.AsArray().Count.ShouldBeGreaterThanOrEqualTo(6);
        ((string)draft["misleadingPaths"]![0]!["suspect"]!).ShouldBe("the database");
        var saved = await ada.TellAsync(HttpMethod.Put, $"/incidents/{outage}/postmortem", new { version = 0, answers = new { well = "the page came at once" } });
        ((int)saved["version"]!).ShouldBe(1);
        (await ada.LookAsync($"/postmortems/{outage}.md")).ShouldSatisfyAllConditions(
            text => text.ShouldContain("the page came at once"), text => text.ShouldContain("somebody stopped it"), text => text.ShouldContain("🛒"));
    }

    private static async Task DeclareAndResolveAsync(Person ada)
    {
        var declared = await ada.TellAsync(HttpMethod.Post, "/incidents", new { title = "Mails are late", services = new[] { "blog" } }, "mails");
        var again = await ada.TellAsync(HttpMethod.Post, "/incidents", new { title = "Mails are late", services = new[] { "blog" } }, "mails");
        ((string)again["id"]!).ShouldBe((string)declared["id"]!);
        ((string)(await ada.TellAsync(HttpMethod.Post, $"/incidents/{declared["id"]}/resolve", new { }))["state"]!).ShouldBe("resolved");
        await ada.TellAsync(HttpMethod.Post, "/incidents", new { title = "The switch", services = new[] { "shop" }, started = "2024-01-25 10:00", ended = "2024-01-25 14:00" });
    }

    private static async Task LookAroundAsync(Person ada, string outage)
    {
        string[] pages =
        [
            "/", "/services", "/services/shop", "/checks/shop-page", "/incidents", $"/incidents/{outage}", $"/postmortems/{outage}", "/postmortems", "/changes",
            "/on-call", "/settings", "/settings/contacts", "/settings/deliveries", "/settings/silences", "/settings/people", "/settings/tokens",
            "/settings/configuration", "/status", "/status.atom", "/metrics", "/readyz",
        ];
        foreach (var page in pages) await ada.LookAsync(page);
        var status = JsonNode.Parse(await ada.LookAsync("/status.json"))!;
        status.ToJsonString().ShouldContain("We know what it is.");
    }

    private static string IdIn(string page, string form) =>
        Regex.Match(page, $"""form="{form}" name="id" value="(\d+)" """.TrimEnd(), RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

    [GeneratedRegex(@"/invite/[\w-]+", RegexOptions.None, 1000)]
    private static partial Regex InviteLink();

    [PostgresTheory]
    [InlineData(Gone.Stopped)]
    [InlineData(Gone.Frozen)]
    public async Task DatabaseGone_WhileATargetGoesDown_PagesFromMemoryAndRecordsItAfterwards(Gone how)
    {
        await using var postgres = await PostgresServer.CreateAsync();
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync(Yaml(await postgres.NewDatabaseAsync(), hook, target));
        await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Outcome.Up));
        if (how == Gone.Stopped) await postgres.StopAsync("fast");
        else await postgres.FreezeAsync();
        var goneAt = TimeProvider.System.GetUtcNow();
        target.Stop();

        var (at, body) = await hook.WaitForAsync("cannot-record", Limit + Limit);
        (at - goneAt).ShouldBeLessThan(Limit);
        body.ToJsonString().ShouldContain("database");
        using (var http = new HttpClient { BaseAddress = server.Url })
        {
            ((int)(await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode).ShouldBe(503);
        }

        if (how == Gone.Stopped) await postgres.StartAsync();
        else await postgres.ThawAsync();
        await hook.WaitForAsync("page", Limit);
        var journal = server.Get<IJournal>();
        await Wait.UntilAsync(async () =>
            (await journal.ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<PageUnrecorded>()]))).Count == 1);
        (await journal.ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<CheckDown>()]))).ShouldHaveSingleItem();
        server.Get<StoreHealth>().Reason.ShouldBeNull();
    }
}

/// <summary>How a database server goes.</summary>
public enum Gone
{
    /// <summary>It refuses connections.</summary>
    Stopped,

    /// <summary>It takes connections and says nothing: a machine that hangs, a network that swallows.</summary>
    Frozen,
}

/// <summary>A test that needs PostgreSQL; without it, it is skipped and says so.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsInstalled) Skip = "needs PostgreSQL: install the package postgresql";
    }
}

internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute()
    {
        if (!PostgresServer.IsInstalled) Skip = "needs PostgreSQL: install the package postgresql";
    }
}
