using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Escalation;

/// <summary>Who is woken when, on fake time: one story each.</summary>
public sealed class EscalationTimelineTests
{
    private static readonly PersonKey Ada = new("ada"), Grace = new("grace");

    private static IEnumerable<string> Of(PagingWorld world, MessageKind kind) =>
        world.Sent.Where(sent => sent.Message.Kind == kind).Select(sent => $"{sent.At:0} {sent.Who} {sent.Method}").Order(StringComparer.Ordinal);

    private static CheckDown Down(PagingWorld world) => new(new CheckKey("shop"), new ServiceKey("shop"), world.Clock.GetUtcNow(),
        "status", "answered 500, expected 200", "https://shop.example.org/", 3);

    private static CheckUp Up(PagingWorld world) =>
        new(new CheckKey("shop"), new ServiceKey("shop"), world.Clock.GetUtcNow(), 60_000, "https://shop.example.org/");

    [Fact]
    public async Task Opened_NobodyAcknowledges_StepsFollowTheirDelaysAndTheRoundRepeats()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(365);
        Of(world, MessageKind.Page).ShouldBe(
            ["0 ada mail", "30 grace mail", "30 grace ntfy", "330 ada mail", "360 grace mail", "360 grace ntfy"]);
        (await world.FactsAsync<EscalationStepped>()).Select(step => (step.Step, step.Round)).ShouldBe([(1, 1), (2, 1), (1, 2), (2, 2)]);
        world.Sent.Select(sent => sent.Message.IdempotencyKey).ShouldBeUnique();
    }

    [Fact]
    public async Task Opened_WithoutAPublicUrl_PagesAndTellsAllTheSame()
    {
        await using var world = new PagingWorld("people: {ada: {ntfy: https://ntfy.example.org/a}}\nservices: {shop: https://shop.example.org}");
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        await world.Get<IncidentActions>().ResolveAsync(incident.Id, Actor.User(Ada), null);
        await world.RunAsync(1);
        world.Sent.Select(sent => (sent.Message.Kind, sent.Message.AckLink)).ShouldBe([(MessageKind.Page, null), (MessageKind.AllClear, null)]);
    }

    [Fact]
    public async Task Acknowledged_ByLink_StopsAndTellsTheOthersOnly()
    {
        await using var world = new PagingWorld();
        var incident = await world.DeclareAsync();
        await world.RunAsync(40);
        var link = world.Sent.First(sent => sent.Who == "ada").Message.AckLink!.Segments[^1];
        (await world.Get<Paging.Delivery.AckDesk>().TakeAsync(link, default)).State.ShouldBe(Paging.Delivery.AckState.Done);
        await world.RunAsync(400);
        Of(world, MessageKind.Page).Count().ShouldBe(3);
        Of(world, MessageKind.Taken).ShouldBe(["40 grace mail", "40 grace ntfy"]);
        var fact = (await world.FactsAsync<IncidentAcknowledged>()).Single();
        (fact.By, fact.Via, fact.Incident).ShouldBe((Ada, "page link", incident.Id));
    }

    [Fact]
    public async Task Acknowledged_CauseOfTheEntry_IsThePageThatWasSent()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(1);
        await world.Get<Paging.Delivery.AckDesk>().TakeAsync(world.Sent[0].Message.AckLink!.Segments[^1], default);
        var journal = await world.Get<IJournal>().ReadAsync(new JournalQuery());
        var acknowledged = journal.Single(entry => entry.Fact is IncidentAcknowledged);
        journal.Single(entry => entry.Seq == acknowledged.Cause).Fact.ShouldBeOfType<PageSent>().Person.ShouldBe(Ada);
    }

    [Fact]
    public async Task Recovered_AfterQuietTime_EveryonePagedIsToldOnceByEachMethod()
    {
        await using var world = new PagingWorld();
        await world.AppendAsync(Down(world));
        await world.RunAsync(400);
        await world.AppendAsync(Up(world));
        await world.RunAsync(120);
        Of(world, MessageKind.AllClear).ShouldBe(["430 ada mail", "430 grace mail", "430 grace ntfy"]);
        (await world.FactsAsync<PageTold>()).ShouldAllBe(told => told.Sent && told.What == "it is over");
    }

    [Fact]
    public async Task StepWithoutAnybody_IsSkippedAtOnceWithItsReason()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps.Replace("{notify: ada}", "{notify: linus}"));
        await world.DeclareAsync();
        await world.RunAsync(1);
        Of(world, MessageKind.Page).ShouldBe(["0 grace mail", "0 grace ntfy"]);
        (await world.FactsAsync<EscalationSkipped>()).Single().Why.ShouldBe("Linus has no contact method");
    }

    [Fact]
    public async Task PolicyWithoutAnybody_WaitsForTheNextRoundAndSaysSo()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps.Replace("notify: ada", "notify: linus").Replace("notify: grace", "notify: linus"));
        await world.DeclareAsync();
        await world.RunAsync(301);
        world.Sent.ShouldBeEmpty();
        (await world.FactsAsync<EscalationSkipped>()).Select(skipped => (skipped.Step, skipped.Round)).ShouldBe([(1, 1), (2, 1), (1, 2), (2, 2)]);
    }

    [Fact]
    public async Task FirstAttemptsOfAStepFail_NextStepIsNotWaitedFor()
    {
        await using var world = new PagingWorld();
        world.Answer = (message, _) => message.Person == Ada ? DeliveryOutcome.Retry("connection refused") : DeliveryOutcome.Delivered("ok");
        await world.DeclareAsync();
        await world.RunAsync(1);
        Of(world, MessageKind.Page).ShouldBe(["0 grace mail", "0 grace ntfy"]);
    }

    [Fact]
    public async Task OneOfTwoMethodsWorks_NextStepWaits()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps.Replace("mail: ada@example.org", "mail: [ada@example.org, ada@example.net]"));
        var isFirst = true;
        world.Answer = (_, _) => isFirst && !(isFirst = false) ? DeliveryOutcome.Refused("550 no such user") : DeliveryOutcome.Delivered("ok");
        var incident = await world.DeclareAsync();
        await world.RunAsync(20);
        // That a method failed for good is an incident of its own.
        world.Sent.Where(sent => sent.Message.Incident?.Id == incident.Id).ShouldHaveSingleItem().Who.ShouldBe("ada");
    }

    [Fact]
    public async Task ProviderRefusesForEver_EveryPageEndsAloudAndRoundsKeepTheirPace()
    {
        await using var world = new PagingWorld();
        var attempts = 0;
        world.Answer = (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            return DeliveryOutcome.Retry("connection refused");
        };
        var incident = await world.DeclareAsync();
        await world.RunAsync(280);
        var pages = await world.PagesAsync(incident.Id);
        pages.Count.ShouldBe(3);
        pages.ShouldAllBe(page => page.State == PageState.Failed && page.Attempts == 8 && page.LastWord == "connection refused");
        var failed = (await world.FactsAsync<PageFailed>()).Where(fact => fact.Incident == incident.Id).ToList();
        failed.Count.ShouldBe(24);
        failed.Count(fact => fact.Final).ShouldBe(3);
        (await world.FactsAsync<AlertFired>()).Count(alert => alert.Title.Contains("could not be paged", StringComparison.Ordinal)).ShouldBe(3);
        // An alert about paging opens an incident of its own, which pages too, and comes to an end as well.
        attempts.ShouldBeLessThan(150);
    }

    [Fact]
    public async Task OverBeforeItIsSent_IsOvertakenAloud()
    {
        await using var world = new PagingWorld();
        var incident = await world.DeclareAsync();
        await world.ReadJournalAsync();
        await world.Get<IncidentActions>().ResolveAsync(incident.Id, Actor.User(Grace), null);
        await world.SendDueAsync();
        await world.SettleAsync();
        world.Sent.ShouldBeEmpty();
        (await world.FactsAsync<PageWithdrawn>()).Single().Why.ShouldBe("the incident was over before it could be sent");
    }

    [Fact]
    public async Task AcknowledgedBeforeItIsSent_IsOvertakenAloud()
    {
        await using var world = new PagingWorld();
        var incident = await world.DeclareAsync();
        await world.ReadJournalAsync();
        await world.Get<IncidentActions>().AcknowledgeAsync(incident.Id, Grace, "browser");
        await world.SendDueAsync();
        await world.RunAsync(60);
        world.Sent.ShouldBeEmpty();
        (await world.FactsAsync<PageWithdrawn>()).Single().Why.ShouldBe("Grace had it before it could be sent");
    }

    [Fact]
    public async Task AcknowledgedWhileUnsent_IsWithdrawnAloud()
    {
        await using var world = new PagingWorld();
        var incident = await world.DeclareAsync();
        await world.ReadJournalAsync();
        await world.Get<IncidentActions>().AcknowledgeAsync(incident.Id, Grace, "browser");
        await world.ReadJournalAsync();
        await world.SettleAsync();
        world.Sent.ShouldBeEmpty();
        (await world.FactsAsync<PageWithdrawn>()).Single().Why.ShouldBe("Grace has it");
    }

    [Fact]
    public async Task ResolvedWhileAPageIsUnderWay_WhoeverGetsItIsToldTheEndOnce()
    {
        await using var world = new PagingWorld();
        world.IsHolding = true;
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        await world.Get<IncidentActions>().ResolveAsync(incident.Id, Actor.User(Grace), null);
        await world.RunAsync(2);
        await world.ReleaseAsync();
        await world.RunAsync(30);
        Of(world, MessageKind.Page).ShouldBe(["3 ada mail"]);
        Of(world, MessageKind.AllClear).ShouldBe(["3 ada mail"]);
    }

    [Fact]
    public async Task TakenWhileAPageIsUnderWay_WhoeverGetsItIsToldOnce()
    {
        await using var world = new PagingWorld();
        world.IsHolding = true;
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        await world.Get<IncidentActions>().AcknowledgeAsync(incident.Id, Grace, "browser");
        await world.ReleaseAsync();
        await world.RunAsync(5);
        Of(world, MessageKind.Taken).ShouldBe(["1 ada mail"]);
    }

    [Fact]
    public async Task Reopened_PagesAgainFromTheFirstStep()
    {
        await using var world = new PagingWorld();
        await world.AppendAsync(Down(world));
        await world.RunAsync(1);
        var incident = (await world.Get<IncidentQueries>().OpenAsync()).Single();
        await world.Get<IncidentActions>().AcknowledgeAsync(incident.Id, Ada, "browser");
        await world.AppendAsync(Up(world));
        await world.RunAsync(60);
        (await world.FindAsync(incident.Id))!.IsOver.ShouldBeTrue();
        await world.AppendAsync(Down(world));
        await world.RunAsync(31);
        (await world.FactsAsync<IncidentReopened>()).Single().Incident.ShouldBe(incident.Id);
        Of(world, MessageKind.Page).ShouldBe(["0 ada mail", "61 ada mail", "91 grace mail", "91 grace ntfy"]);
    }

    [Fact]
    public async Task OpenedReadTwice_RunsOnce()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.SettleAsync();
        var entry = (await world.Get<IJournal>().ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<IncidentOpened>()]))).Single();
        var reader = world.Get<IEnumerable<IJournalReader>>().OfType<PagingReader>().Single();
        await world.Store.WriteAsync(async tx => await reader.HandleAsync(tx, entry, world.Clock.GetUtcNow()));
        await world.RunAsync(1);
        Of(world, MessageKind.Page).ShouldBe(["0 ada mail"]);
    }

    [Fact]
    public async Task DueStep_ThatWasReadBeforeSomebodyTookIt_WakesNobody()
    {
        await using var world = new PagingWorld();
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        var stale = (await world.Store.ReadAsync(async tx => await RunStore.RunningAsync(tx, incident.Id)))!;
        await world.Get<IncidentActions>().AcknowledgeAsync(incident.Id, Ada, "browser");
        var escalator = world.Get<Escalator>();
        await world.Store.WriteAsync(async tx => await escalator.RunDueAsync(tx, stale, default, world.Clock.GetUtcNow()));
        await world.RunAsync(60);
        (await world.FactsAsync<EscalationStepped>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task LastStep_ThatAnotherRanAlready_IsNotRunTwice()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps + "\n    rounds: 1");
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        var stale = (await world.Store.ReadAsync(async tx => await RunStore.RunningAsync(tx, incident.Id)))!;
        await world.RunAsync(30);
        var escalator = world.Get<Escalator>();
        await world.Store.WriteAsync(async tx => await escalator.RunDueAsync(tx, stale, default, world.Clock.GetUtcNow()));
        await world.RunAsync(1);
        (await world.FactsAsync<EscalationStepped>()).Count.ShouldBe(2);
        (await world.FactsAsync<EscalationExhausted>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RoundsAreLimited_ExhaustedIsSaidOnceAndNothingFollows()
    {
        await using var world = new PagingWorld(PagingWorld.TwoSteps + "\n    rounds: 1");
        await world.DeclareAsync();
        await world.RunAsync(700);
        (await world.FactsAsync<EscalationExhausted>()).Single().Rounds.ShouldBe(1);
        Of(world, MessageKind.Page).Count().ShouldBe(3);
    }

    [Fact]
    public async Task PolicyEdited_RunUnderWayKeepsItsOwn()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(1);
        world.Revisions.Replace(PagingWorld.Read(PagingWorld.TwoSteps.Replace("- {notify: grace, after: 30s}", "- {notify: ada, after: 2h}")));
        await world.RunAsync(30);
        Of(world, MessageKind.Page).ShouldContain("30 grace mail");
        await world.DeclareAsync("Another");
        await world.RunAsync(60);
        world.Sent.Count(sent => sent.Who == "grace" && sent.Message.Subject.Contains("Another", StringComparison.Ordinal)).ShouldBe(0);
    }

    [Fact]
    public async Task PastIncident_WakesNobody()
    {
        await using var world = new PagingWorld();
        await world.Get<IncidentDeclaration>().WriteUpAsync(new Declaration { Title = "Switch", Services = ["shop"] }, Actor.User(Ada));
        await world.RunAsync(60);
        world.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task ServerWasAway_BacklogIsOneStepNotAll()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(1);
        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.SettleAsync();
        Of(world, MessageKind.Page).ShouldBe(["0 ada mail", "7201 grace mail", "7201 grace ntfy"]);
    }

    [Fact]
    public async Task PageText_SaysWhoIsNextAndWhen()
    {
        await using var world = new PagingWorld();
        await world.DeclareAsync();
        await world.RunAsync(1);
        world.Sent[0].Message.Text.ShouldContain("next: Grace in 30 s");
    }
}
