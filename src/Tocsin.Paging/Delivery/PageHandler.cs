using System.Text.Json;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>Sends pages. What is said is composed at the moment of sending.</summary>
internal sealed class PageHandler(
    IStore store, IncidentQueries incidents, IRevisions revisions, Sender sender, AckLinks links, IStepPeople people,
    EscalationClock steady, TimeProvider clock)
    : ILedgerHandler
{
    public const string LedgerKind = "page";

    /// <summary>A link outlives a night, not a week.</summary>
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    public string Kind => LedgerKind;

    /// <summary>A page that may be sent now.</summary>
    private sealed record Attempt(Page Page, Incident Incident, AckToken Link);

    public async Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
    {
        // Without it the page goes out all the same: being woken does not depend on a link.
        var address = revisions.Current.Catalog.PublicUrl;
        var id = IdOf(item);
        var now = clock.GetUtcNow();
        var (attempt, refusal) = await store.WriteAsync(tx => PrepareAsync(tx, id, now), cancellation: cancellation);
        if (attempt is null) return refusal!;
        var content = await ComposeAsync(attempt, address, now, cancellation);
        var reader = sender.ReaderOf(attempt.Page.Person, item.IdempotencyKey, now);
        return await sender.SendAsync(PageMessages.Page(content, reader), attempt.Page.Method, cancellation);
    }

    // One unit: a link must not be kept for an incident that ended between the look and the keeping.
    private async ValueTask<(Attempt? Attempt, DeliveryOutcome? Refusal)> PrepareAsync(ITx tx, PageId id, DateTimeOffset now)
    {
        if (await PageStore.FindAsync(tx, id) is not { } page
            || await IncidentQueries.FindAsync(tx, page.Incident) is not { } incident)
        {
            return (null, DeliveryOutcome.Refused("the page or its incident is not there any more"));
        }
        if (incident.IsOver) return (null, DeliveryOutcome.Overtaken("the incident was over before it could be sent"));
        if (incident is { State: IncidentState.Acknowledged, AckedBy: { } by })
        {
            return (null, DeliveryOutcome.Overtaken($"{revisions.Current.Catalog.NameOf(by)} had it before it could be sent"));
        }
        var link = links.New(new AckGrant(page.Id, incident.Id, page.Person, now + LinkLife));
        await PageStore.KeepTokenAsync(tx, link.Hash, page.Id, now);
        return (new Attempt(page, incident, link), null);
    }

    private async Task<PageContent> ComposeAsync(Attempt attempt, Uri? address, DateTimeOffset now, CancellationToken cancellation)
    {
        var (page, incident, link) = attempt;
        var alerts = await incidents.AlertsAsync(incident.Id, cancellation);
        var story = await incidents.TimelineAsync(incident.Id, cancellation);
        var (next, others) = await store.ReadAsync(async tx => (await NextAsync(tx, page, now), await OthersAsync(tx, page)), cancellation);
        return new PageContent
        {
            Incident = Sender.Describe(incident, address),
            State = StateOf(incident, alerts),
            Changes = [.. story.Where(row => row.Kind == TimelineKind.Change).OrderByDescending(row => row.At)
                .Select(row => $"{Durations.InWords(now - row.At)} ago: {row.Text}")],
            AlsoPaged = others,
            Why = next is null ? page.Why : $"{page.Why}; next: {next}",
            AckLink = address is null ? null : link.Url(address),
        };
    }

    private static string StateOf(Incident incident, IReadOnlyList<Alert> alerts) =>
        alerts.FirstOrDefault(alert => alert.IsFiring)?.Detail
        ?? (alerts is [.., var last] ? last.Detail : incident.IsDeclared ? "Declared by a person." : incident.Title);

    private async Task<string?> NextAsync(IReadTx tx, Page page, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, page.Incident) is not { } run) return null;
        var nextAt = steady.OnTheWall(run.NextAt);
        var (found, _) = await people.ResolveAsync(tx, run.Steps[run.Step], nextAt);
        if (found.Count == 0) return null;
        string[] names = [.. found.Where(next => next.Person != page.Person).Select(next => revisions.Current.Catalog.NameOf(next.Person))];
        var who = names.Length > 0 ? string.Join(", ", names) : "you again";
        return nextAt <= now ? $"{who} now" : $"{who} in {Durations.InWords(nextAt - now)}";
    }

    private async Task<IReadOnlyList<string>> OthersAsync(IReadTx tx, Page page) =>
        [.. (await PageStore.OfIncidentAsync(tx, page.Incident)).Select(other => other.Person).Distinct()
            .Where(person => person != page.Person).Select(revisions.Current.Catalog.NameOf)];

    public async ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
    {
        var id = IdOf(item);
        if (await PageStore.FindAsync(tx, id) is not { } page) return;
        var requested = await JournalSeq.LastAsync<PageRequested>(tx, Subject.Of(id));
        var (state, fact) = Read(page, item, outcome, isFinal);
        await PageStore.SettleAsync(tx, id, state, item.Attempt, state == PageState.Sent ? now : null, outcome.Text);
        tx.Append(fact, now, Actor.Tocsin, Cause.Entry(requested));
    }

    private static PageId IdOf(LedgerItem item) => JsonSerializer.Deserialize<PagePayload>(item.Payload, FactKinds.Json)!.Page;

    private static (PageState State, Fact Fact) Read(Page page, LedgerItem item, DeliveryOutcome outcome, bool isFinal) => outcome.Result switch
    {
        DeliveryResult.Delivered => (PageState.Sent,
            new PageSent(page.Id, page.Incident, page.Person, page.Method, outcome.Text, item.Attempt)),
        DeliveryResult.Overtaken => (PageState.Withdrawn,
            new PageWithdrawn(page.Id, page.Incident, page.Person, page.Method, outcome.Text)),
        DeliveryResult.Refused or DeliveryResult.Retry => (isFinal ? PageState.Failed : PageState.Requested,
            new PageFailed(page.Id, page.Incident, page.Person, page.Method, outcome.Text, item.Attempt, isFinal)),
    };
}
