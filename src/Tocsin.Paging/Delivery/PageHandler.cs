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
    IStore store, IncidentQueries incidents, IRevisions revisions, Sender sender, AckLinks links, IStepPeople people, TimeProvider clock)
    : ILedgerHandler
{
    public const string LedgerKind = "page";

    /// <summary>A link outlives a night, not a week.</summary>
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(24);

    public string Kind => LedgerKind;

    public async Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
    {
        var id = JsonSerializer.Deserialize<PagePayload>(item.Payload, FactKinds.Json)!.Page;
        var (page, incident) = await store.ReadAsync<(Page?, Incident?)>(async tx => await PageStore.FindAsync(tx, id) is { } found
            ? (found, await IncidentQueries.FindAsync(tx, found.Incident)) : (null, null), cancellation);
        if (page is null || incident is null) return DeliveryOutcome.Refused("the page or its incident is not there any more");
        if (incident.IsOver) return DeliveryOutcome.Overtaken("the incident was over before it could be sent");
        if (incident.State == IncidentState.Acknowledged)
        {
            return DeliveryOutcome.Overtaken($"{revisions.Current.Catalog.NameOf(incident.AckedBy!.Value)} had it before it could be sent");
        }
        if (sender.Describe(incident) is not { } described || revisions.Current.Catalog.PublicUrl is not { } address)
        {
            return DeliveryOutcome.Refused("public_url is not configured, so there is nothing to link to");
        }
        var now = clock.GetUtcNow();
        var token = links.New(new AckGrant(page.Id, incident.Id, page.Person, now + LinkLife));
        await store.WriteAsync(async tx => await PageStore.KeepTokenAsync(tx, token.Hash, page.Id, now), cancellation: cancellation);
        var content = await ComposeAsync(page, incident, described, token.Url(address), now, cancellation);
        return await sender.SendAsync(PageMessages.Page(content, sender.ReaderOf(page.Person, item.IdempotencyKey, now)), page.Method, cancellation);
    }

    private async Task<PageContent> ComposeAsync(
        Page page, Incident incident, MessageIncident described, Uri ackLink, DateTimeOffset now, CancellationToken cancellation)
    {
        var alerts = await incidents.AlertsAsync(incident.Id, cancellation);
        var story = await incidents.TimelineAsync(incident.Id, cancellation);
        var (next, others) = await store.ReadAsync(async tx => (await NextAsync(tx, incident.Id, now), await OthersAsync(tx, page)), cancellation);
        return new PageContent
        {
            Incident = described,
            State = StateOf(incident, alerts),
            Changes = [.. story.Where(row => row.Kind == TimelineKind.Change).OrderByDescending(row => row.At)
                .Select(row => $"{Durations.InWords(now - row.At)} ago: {row.Text}")],
            AlsoPaged = others,
            Why = next is null ? page.Why : $"{page.Why}; next: {next}",
            AckLink = ackLink,
        };
    }

    private static string StateOf(Incident incident, IReadOnlyList<Alert> alerts) =>
        alerts.FirstOrDefault(alert => alert.IsFiring)?.Detail
        ?? (alerts is [.., var last] ? last.Detail : incident.IsDeclared ? "Declared by a person." : incident.Title);

    private async Task<string?> NextAsync(IReadTx tx, IncidentId incident, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, incident) is not { } run) return null;
        var (found, _) = await people.ResolveAsync(tx, run.Steps[run.Step], run.NextAt);
        return found.Count == 0 ? null
            : $"{string.Join(", ", found.Select(next => revisions.Current.Catalog.NameOf(next.Person)))} in {Durations.InWords(run.NextAt - now)}";
    }

    private async Task<IReadOnlyList<string>> OthersAsync(IReadTx tx, Page page) =>
        [.. (await PageStore.OfIncidentAsync(tx, page.Incident)).Select(other => other.Person).Distinct()
            .Where(person => person != page.Person).Select(revisions.Current.Catalog.NameOf)];

    public async ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
    {
        var id = JsonSerializer.Deserialize<PagePayload>(item.Payload, FactKinds.Json)!.Page;
        if (await PageStore.FindAsync(tx, id) is not { } page) return;
        var requested = await tx.FirstAsync<long?>("select max(seq) from journal where subject = @Text and kind = @kind",
            new { Subject.Of(id).Text, kind = FactKinds.KindOf<PageRequested>() }) ?? 0;
        var (state, fact) = Read(page, item, outcome, isFinal);
        await PageStore.SettleAsync(tx, id, state, item.Attempt, state == PageState.Sent ? now : null, outcome.Text);
        if (state == PageState.Sent) await Tells.LateAsync(tx, page, now);
        tx.Append(fact, now, Actor.Tocsin, Cause.Entry(requested));
    }

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
