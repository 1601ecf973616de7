using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Delivery;

namespace Tocsin.Paging.Escalation;

/// <summary>Begins, moves and ends escalations, inside units.</summary>
internal sealed class Escalator(IRevisions revisions, IStepPeople people, ContactBook contacts, ILedger ledger, EscalationClock steady)
{
    /// <summary>Begins to page for an incident that opened or came back. The first step runs at once when it is due at once.</summary>
    public async Task BeginAsync(ITx tx, Incident incident, Cause cause, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, incident.Id) is not null) return;
        var run = await RunStore.BeginAsync(tx, incident.Id, PolicyOf(incident), now, steady.Now);
        if (run.NextAt <= steady.Now) await StepAsync(tx, run, cause, now);
    }

    private EscalationPolicyModel PolicyOf(Incident incident)
    {
        var onCall = revisions.Current.Get<OnCallModel>();
        var named = incident.Services.Select(service => revisions.Current.Catalog.Services.GetValueOrDefault(service.Key)?.Escalation)
            .FirstOrDefault(key => key is not null);
        return named is not null && onCall.Policies.TryGetValue(named, out var policy)
            ? policy : onCall.Policies[EscalationPolicyModel.DefaultKey];
    }

    /// <summary>Runs a step whose time has come, unless somebody took the incident and the reader has not got there yet.</summary>
    public async Task RunDueAsync(ITx tx, Run run, Cause cause, DateTimeOffset now)
    {
        if (await IncidentQueries.FindAsync(tx, run.Incident) is { State: IncidentState.Open }) await StepAsync(tx, run, cause, now);
        else await RunStore.StopAsync(tx, run.Incident);
    }

    /// <summary>Runs the next step. Whom it means is asked now, not when the run began.</summary>
    private async Task StepAsync(ITx tx, Run run, Cause cause, DateTimeOffset now)
    {
        var answers = new List<(IReadOnlyList<Wakeable>, string)>();
        foreach (var model in run.Steps) answers.Add(await WakeableAsync(tx, model, now));
        var step = EscalationMachine.Apply(run, index => answers[index], steady.Now);
        if (!await RunStore.MoveAsync(tx, run, step.Next)) return;
        var requested = await WakeAsync(tx, run, step, now);
        Tell(tx, run, step, requested, cause, now);
    }

    private async Task<(IReadOnlyList<Wakeable> People, string WhyNobody)> WakeableAsync(IReadTx tx, StepModel step, DateTimeOffset now)
    {
        var (found, whyNobody) = await people.ResolveAsync(tx, step, now);
        var wakeable = new List<Wakeable>();
        var unreachable = new List<string>();
        foreach (var (person, why) in found)
        {
            var methods = await contacts.OfAsync(tx, person);
            if (methods.Count > 0) wakeable.Add(new Wakeable(person, why, [.. methods.Select(method => method.Name)]));
            else unreachable.Add($"{revisions.Current.Catalog.NameOf(person)} has no contact method");
        }
        return (wakeable, unreachable.Count > 0 ? string.Join("; ", unreachable) : whyNobody);
    }

    /// <returns>The pages that were not on their way already.</returns>
    private static async Task<IReadOnlyList<PageRequested>> WakeAsync(ITx tx, Run run, EscalationStep step, DateTimeOffset now)
    {
        // An intent of this run that still waits to be sent says the same: a second one would only arrive twice.
        var waiting = (await PageStore.OfIncidentAsync(tx, run.Incident))
            .Where(page => page.State == PageState.Requested && page.RequestedAt >= run.BeganAt)
            .Select(page => (page.Person, page.Method)).ToHashSet();
        var requested = new List<PageRequested>();
        foreach (var (person, why, method) in step.Wake.SelectMany(wake => wake.Methods.Select(method => (wake.Person, wake.Why, method))))
        {
            if (!waiting.Add((person, method))) continue;
            var page = await PageStore.InsertAsync(tx, run.Incident, person, method, why, step.StepRun + 1, step.Round, now);
            await tx.EnqueueAsync(new Intent(PageHandler.LedgerKind, $"page/{page.Value}", Subject.Of(page),
                JsonSerializer.Serialize(new PagePayload(page), FactKinds.Json), now, Urgent: true));
            requested.Add(new PageRequested(page, run.Incident, person, method, step.StepRun + 1, step.Round));
        }
        return requested;
    }

    private static void Tell(
        ITx tx, Run run, EscalationStep step, IReadOnlyList<PageRequested> requested, Cause cause, DateTimeOffset now)
    {
        foreach (var (index, why) in step.Skipped)
            tx.Append(new EscalationSkipped(run.Incident, index + 1, run.Round, why), now, Actor.Tocsin, cause);
        var stepped = step.Wake.Count == 0 ? cause : tx.Append(new EscalationStepped(run.Incident, step.StepRun + 1, run.Round,
            [.. step.Wake.Select(wake => wake.Person)], run.Policy), now, Actor.Tocsin, cause);
        foreach (var page in requested) tx.Append(page, now, Actor.Tocsin, stepped);
        if (step.Next is null) tx.Append(new EscalationExhausted(run.Incident, run.Round, run.Policy), now, Actor.Tocsin, stepped);
    }

    /// <summary>When every page of the present step has failed at least once, waiting for the next step helps nobody.</summary>
    /// <remarks>The next round is not hurried: with nothing that works, rounds would follow one another without pause.</remarks>
    public async Task HurryAsync(ITx tx, PageFailed failed, Cause cause, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, failed.Incident) is not { } run || run.Step == 0 || run.NextAt <= steady.Now) return;
        var pages = (await PageStore.OfIncidentAsync(tx, failed.Incident)).Where(page => page.RequestedAt >= run.BeganAt).ToList();
        // A step's number counts from one: it equals the index of the step after it.
        var ofStep = pages.Where(page => page.Step == run.Step && page.Round == run.Round).ToList();
        if (ofStep.TrueForAll(page => page.Id != failed.Page)) return;
        if (ofStep.Exists(page => page.State == PageState.Sent || (page.State == PageState.Requested && page.Attempts == 0))) return;
        await RunDueAsync(tx, run, cause, now);
    }

    /// <summary>Ends the escalation: nobody else is woken, and what has not been sent is withdrawn aloud.</summary>
    public async Task EndAsync(ITx tx, IncidentId incident, string why, Cause cause, DateTimeOffset now)
    {
        await RunStore.StopAsync(tx, incident);
        var withdrawn = new List<Page>();
        foreach (var page in await PageStore.OfIncidentAsync(tx, incident))
        {
            if (page.State != PageState.Requested) continue;
            if (await ledger.WithdrawAsync(tx, PageHandler.LedgerKind, Subject.Of(page.Id), why, now) == 0) continue; // being sent now
            await PageStore.SettleAsync(tx, page.Id, PageState.Withdrawn, page.Attempts, null, why);
            withdrawn.Add(page);
        }
        foreach (var page in withdrawn)
            tx.Append(new PageWithdrawn(page.Id, incident, page.Person, page.Method, why), now, Actor.Tocsin, cause);
    }
}
