using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Messages;
using Tocsin.Web;

namespace Tocsin.Paging.Tests.Pages;

[Trait("Database", "both")]
public sealed class DeskPageTests
{
    private static async Task<IReadOnlyList<T>> FactsAsync<T>(DeskSite site) where T : Fact => [.. (await site.Services.GetRequiredService<IJournal>()
        .ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<T>()]))).Select(entry => (T)entry.Fact!)];

    private static async Task<Uri> AckLinkAsync(DeskSite site)
    {
        await DeskSite.UntilAsync(() => Task.FromResult(site.Sent.Any(message => message.AckLink is not null)));
        return site.Sent.First(message => message.AckLink is not null).AckLink!;
    }

    [Fact]
    public async Task OnCall_PersonWithoutAMethod_IsWarnedOfAndAHoleInTheWeeks()
    {
        await using var site = await DeskSite.StartAsync();
        using var viewer = await site.SignedInAsync("grace", Role.Viewer);
        var page = await viewer.GetAsync("/on-call");
        page.Words.ShouldContain("Nobody can reach Linus Benedict");
        page.Words.ShouldContain("nobody: Linus Benedict has no contact method");
        page.Words.ShouldContain("At once whoever is on call for First line.");
        page.Words.ShouldContain("10 min later, if nobody acknowledged, whoever is on call for Second line and Ada Byron.");
        page.Page.QuerySelector("#overrides form").ShouldBeNull();
    }

    [Fact]
    public async Task OnCall_OverrideSetAndRemoved_StandsInTheWeeksMeanwhile()
    {
        await using var site = await DeskSite.StartAsync();
        using var responder = await site.SignedInAsync("grace", Role.Responder);
        var from = TimeProvider.System.GetUtcNow().AddDays(1);
        var done = await responder.SubmitAsync(await responder.GetAsync("/on-call"), "override", ("Form.Schedule", "backup"), ("Form.Person", "linus"),
            ("Form.From", $"{from:yyyy-MM-ddTHH:mm}"), ("Form.Until", $"{from.AddHours(8):yyyy-MM-ddTHH:mm}"), ("Form.Zone", "UTC"));
        var page = await responder.FollowAsync(done);
        page.Words.ShouldContain("Linus Benedict has Second line from");
        page.Words.ShouldContain("Linus Benedict has no contact method instead of");
        (await FactsAsync<OnCallOverridden>(site)).Single().Person.ShouldBe(new PersonKey("linus"));
        var id = page.Page.QuerySelector("button[form=remove-override]")!.GetAttribute("value")!;
        (await responder.FollowAsync(await responder.SubmitAsync(page, "remove-override", ("id", id)))).Words.ShouldContain("the rotation holds again");
    }

    [Theory]
    [InlineData("2031-03-30T02:30", "2031-03-30T09:00", "skip this time")]
    [InlineData("2031-10-26T02:30", "2031-10-26T09:00", "twice")]
    [InlineData("tomorrow", "2031-10-26T09:00", "write a date and a time")]
    [InlineData("2020-01-01T00:00", "2020-01-02T00:00", "lies in the past")]
    public async Task OnCall_TimesThatMeanNothing_AreRefusedAndKept(string from, string until, string reason)
    {
        await using var site = await DeskSite.StartAsync();
        using var responder = await site.SignedInAsync("grace", Role.Responder);
        var page = await responder.SubmitAsync(await responder.GetAsync("/on-call"), "override", ("Form.Schedule", "primary"), ("Form.Person", "ada"),
            ("Form.From", from), ("Form.Until", until), ("Form.Zone", "Europe/Berlin"));
        page.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page.Words.ShouldContain(reason);
        page.Page.QuerySelector("input[name='Form.From']")!.GetAttribute("value").ShouldBe(from);
    }

    [Fact]
    public async Task OnCall_ViewerForgesTheForm_ChangesNothing()
    {
        await using var site = await DeskSite.StartAsync();
        using var viewer = await site.SignedInAsync("grace", Role.Viewer);
        var token = (await viewer.GetAsync("/on-call")).Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        await viewer.PostAsync("/on-call", ("_handler", "override"), ("__RequestVerificationToken", token), ("Form.Schedule", "primary"),
            ("Form.Person", "ada"), ("Form.From", "2031-01-01T00:00"), ("Form.Until", "2031-01-02T00:00"), ("Form.Zone", "UTC"));
        (await FactsAsync<OnCallOverridden>(site)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Contacts_AddTestRemove_ShowsWhatTheProviderSaid()
    {
        await using var site = await DeskSite.StartAsync();
        using var linus = await site.SignedInAsync("linus", Role.Viewer);
        var page = await linus.GetAsync("/settings/contacts");
        page.Words.ShouldContain("Nobody can reach you");
        page = await linus.FollowAsync(await linus.SubmitAsync(page, "contact", ("Form.Method", "mail"), ("Form.Address", "linus@example.org")));
        page.Words.ShouldContain("never tested");
        page = await linus.FollowAsync(await linus.SubmitAsync(page, "contacts", ("act", "test mail")));
        page.Words.ShouldContain("The provider of mail took it: “250 2.0.0 queued as 4XkQ”");
        site.Sent.Single().Kind.ShouldBe(MessageKind.SelfTest);
        var remove = page.Page.QuerySelectorAll("button[name=act]").Select(button => button.GetAttribute("value")!).Single(value => value.StartsWith("remove", StringComparison.Ordinal));
        page = await linus.FollowAsync(await linus.SubmitAsync(page, "contacts", ("act", remove)));
        page.Words.ShouldContain("Nobody can reach you");
    }

    [Fact]
    public async Task Contacts_OfSomebodyElse_AreForAdministrators()
    {
        await using var site = await DeskSite.StartAsync();
        using var responder = await site.SignedInAsync("linus", Role.Responder);
        var own = await responder.GetAsync("/settings/contacts?person=grace");
        own.Words.ShouldNotContain("grace-7f3k");
        await responder.SubmitAsync(own, "contact", ("Form.Method", "mail"), ("Form.Address", "thief@example.org"));
        var book = site.Services.GetRequiredService<ContactBook>();
        (await book.OfAsync(new PersonKey("grace"))).Count.ShouldBe(2);
        using var admin = await site.SignedInAsync("ada", Role.Admin);
        (await admin.GetAsync("/settings/contacts?person=grace")).Words.ShouldContain("grace-7f3k");
    }

    [Fact]
    public async Task Silences_SetAndEnded_StandInTheJournal()
    {
        await using var site = await DeskSite.StartAsync();
        using var responder = await site.SignedInAsync("grace", Role.Responder);
        var page = await responder.GetAsync("/settings/silences");
        var refused = await responder.SubmitAsync(page, "silence", ("Form.About", "service/shop"), ("Form.Minutes", "60"), ("Form.Why", " "));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page = await responder.FollowAsync(await responder.SubmitAsync(page, "silence",
            ("Form.About", "service/shop"), ("Form.Minutes", "60"), ("Form.Why", "Moving the database")));
        page.Words.ShouldContain("Moving the database Grace Hopper");
        var id = page.Page.QuerySelector("button[form=end-silence]")!.GetAttribute("value")!;
        page = await responder.FollowAsync(await responder.SubmitAsync(page, "end-silence", ("id", id)));
        page.Words.ShouldContain("every alert may wake somebody");
        (await FactsAsync<SilenceSet>(site)).Select(fact => fact.Ended).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Deliveries_WhatFailed_StandsWithTheLastWords()
    {
        await using var site = await DeskSite.StartAsync();
        site.Answer = (_, _) => DeliveryOutcome.Refused("550 5.1.1 no such user");
        using var viewer = await site.SignedInAsync("grace", Role.Viewer);
        await site.DeclareAsync();
        await DeskSite.UntilAsync(async () => (await viewer.GetAsync("/settings/deliveries")).Words.Contains("550 5.1.1 no such user", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deliveries_Held_WaitForAPersonToSendOrDropThem()
    {
        await using var site = await DeskSite.StartAsync();
        using var responder = await site.SignedInAsync("grace", Role.Responder);
        site.Answer = (_, _) => DeliveryOutcome.Retry("421 later");
        await site.DeclareAsync();
        await DeskSite.UntilAsync(async () => (await FactsAsync<PageFailed>(site)).Count > 0);
        await site.Store.WriteAsync(async tx => await tx.ExecuteAsync("update ledger set state = 'held' where state in ('due', 'leased')"));
        var page = await responder.GetAsync("/settings/deliveries");
        var drop = page.Page.QuerySelectorAll("button[name=act]").Select(button => button.GetAttribute("value")!).First(value => value.StartsWith("drop", StringComparison.Ordinal));
        page = await responder.FollowAsync(await responder.SubmitAsync(page, "held", ("act", drop)));
        page.Words.ShouldContain("It is dropped.");
        (await FactsAsync<PageWithdrawn>(site)).Single().Why.ShouldBe("Grace Hopper dropped it after a restore");
    }

    [Fact]
    public async Task AwakePanel_NobodyAcknowledged_SaysWhoWasWokenAndWhoIsNext()
    {
        await using var site = await DeskSite.StartAsync();
        using var viewer = await site.SignedInAsync("grace", Role.Viewer);
        var incident = await site.DeclareAsync();
        Answer? page = null;
        await DeskSite.UntilAsync(async () => (page = await viewer.GetAsync($"/sample/awake/{incident.Id.Value}")).Words.Contains("sent by", StringComparison.Ordinal));
        page!.Words.ShouldContain("has acknowledged yet");
        page.Words.ShouldMatch("Next: .* in (9|10) min");
        await site.Services.GetRequiredService<IncidentActions>().AcknowledgeAsync(incident.Id, new PersonKey("ada"), "browser");
        await DeskSite.UntilAsync(async () => !(page = await viewer.GetAsync($"/sample/awake/{incident.Id.Value}")).Words.Contains("Next:", StringComparison.Ordinal));
        page.Words.ShouldContain("Ada Byron has it");
    }

    [Fact]
    public async Task AckLink_LookedAt_ChangesNothingAndLeavesNoTrace()
    {
        await using var site = await DeskSite.StartAsync();
        var incident = await site.DeclareAsync();
        using var stranger = new Visitor(site.Url);
        var page = await stranger.GetAsync((await AckLinkAsync(site)).AbsolutePath);
        page.Words.ShouldContain("One tap tells everybody");
        page.Message.Headers.CacheControl!.NoStore.ShouldBeTrue();
        page.Message.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        page.Message.Headers.Contains("Set-Cookie").ShouldBeFalse();
        page.Page.Scripts.ShouldBeEmpty();
        (await site.Services.GetRequiredService<IncidentQueries>().FindAsync(incident.Id))!.State.ShouldBe(IncidentState.Open);
    }

    [Fact]
    public async Task TestLink_LookedAtAndTapped_ShowsThatTheMethodReachesThem()
    {
        await using var site = await DeskSite.StartAsync();
        using var linus = await site.SignedInAsync("linus", Role.Viewer);
        var page = await linus.FollowAsync(await linus.SubmitAsync(await linus.GetAsync("/settings/contacts"), "contact",
            ("Form.Method", "mail"), ("Form.Address", "linus@example.org")));
        await linus.SubmitAsync(page, "contacts", ("act", "test mail"));
        var path = (await AckLinkAsync(site)).AbsolutePath;
        using var stranger = new Visitor(site.Url);
        var look = await stranger.GetAsync(path);
        look.Words.ShouldContain("One tap tells Tocsin that mail reaches you.");
        look.Message.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        (await linus.GetAsync("/settings/contacts")).Words.ShouldNotContain("acknowledged");
        (await stranger.PostAsync(path)).Words.ShouldContain("Acknowledged. It is known now that mail reaches you.");
        (await stranger.PostAsync("/ack/test/" + new string('A', 43))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await linus.GetAsync("/settings/contacts")).Words.ShouldContain("acknowledged");
    }

    [Fact]
    public async Task AckLink_Tapped_TakesTheIncidentWithoutSessionOrScript()
    {
        await using var site = await DeskSite.StartAsync();
        var incident = await site.DeclareAsync();
        using var stranger = new Visitor(site.Url);
        var path = (await AckLinkAsync(site)).AbsolutePath;
        (await stranger.PostAsync(path)).Words.ShouldContain("Acknowledged. Nobody else is woken for this.");
        (await stranger.PostAsync(path)).Words.ShouldContain("You have it.");
        (await site.Services.GetRequiredService<IncidentQueries>().FindAsync(incident.Id))!.State.ShouldBe(IncidentState.Acknowledged);
        (await stranger.GetAsync("/ack/" + new string('A', 82))).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
