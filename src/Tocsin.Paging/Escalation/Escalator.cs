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
internal sealed class Escalator(IRevisions revisions, IStepPeople people, ContactBook contacts, ILedger ledger)
{
    /// <summary>Begins to page for an incident that opened or came back. The first step runs at once when it is due at once.</summary>
    public async Task BeginAsync(ITx tx, Incident incident, Cause cause, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, incident.Id) is not null) return;
        var run = await RunStore.BeginAsync(tx, incident.Id, PolicyOf(incident), now);
        if (run.NextAt <= now) await StepAsync(tx, run, cause, now);
    }

    private EscalationPolicyModel PolicyOf(Incident incident)
    {
        var onCall = revisions.Current.Get<OnCallModel>();
        var named = incident.Services.Select(service => revisions.Current.Catalog.Services.GetValueOrDefault(service.Key)?.Escalation)
            .FirstOrDefault(key => key is not null);
        return named is not null && onCall.Policies.TryGetValue(named, out var policy) ? policy : onCall.Policies[EscalationPolicyModel.DefaultKey];
    }

    /// <summary>Runs the due step: who it means is asked now, not when the run began.</summary>
    public async Task StepAsync(ITx tx, Run run, Cause cause, DateTimeOffset now)
    {
        var answers = new List<(IReadOnlyList<Wakeable>, string)>();
        foreach (var model in run.Steps) answers.Add(await WakeableAsync(tx, model, now));
        var step = EscalationMachine.Apply(run, index => answers[index], now);
        if (step.Next is not null && !await RunStore.MoveAsync(tx, run, step.Next)) return;
        if (step.Next is null) await RunStore.EndAsync(tx, run.Incident, "exhausted");
        var stepped = cause;
        foreach (var (index, why) in step.Skipped) tx.Append(new EscalationSkipped(run.Incident, index + 1, run.Round, why), now, Actor.Tocsin, cause);
        if (step.Wake.Count > 0)
        {
            stepped = tx.Append(new EscalationStepped(run.Incident, step.StepRun + 1, run.Round,
                [.. step.Wake.Select(wake => wake.Person)], run.Policy), now, Actor.Tocsin, cause);
        }
        await WakeAsync(tx, run, step, stepped, now);
        if (step.Next is null) tx.Append(new EscalationExhausted(run.Incident, run.Round, run.Policy), now, Actor.Tocsin, stepped);
    }

    private async Task<(IReadOnlyList<Wakeable> People, string WhyNobody)> WakeableAsync(IReadTx tx, StepModel step, DateTimeOffset now)
    {
        var (found, whyNobody) = await people.ResolveAsync(tx, step, now);
        var wakeable = new List<Wakeable>();
        foreach (var (person, why) in found)
        {
            var methods = await contacts.OfAsync(tx, person);
            if (methods.Count > 0) wakeable.Add(new Wakeable(person, why, [.. methods.Select(method => method.Name)]));
            else whyNobody = $"{revisions.Current.Catalog.NameOf(person)} has no contact method";
        }
        return (wakeable, whyNobody);
    }

    private static async Task WakeAsync(ITx tx, Run run, EscalationStep step, Cause cause, DateTimeOffset now)
    {
        var waiting = (await PageStore.OfIncidentAsync(tx, run.Incident)).Where(page => page.State == PageState.Requested)
            .Select(page => (page.Person, page.Method)).ToHashSet();
        foreach (var wake in step.Wake)
        {
            foreach (var method in wake.Methods)
            {
                // An intent that still waits to be sent says the same: a second one would only arrive twice.
                if (waiting.Contains((wake.Person, method))) continue;
                var page = await PageStore.InsertAsync(tx, run.Incident, wake.Person, method, wake.Why, step.StepRun + 1, step.Round, now);
                await tx.EnqueueAsync(new Intent(PageHandler.LedgerKind, $"page/{page.Value}", Subject.Of(page),
                    JsonSerializer.Serialize(new PagePayload(page), FactKinds.Json), now, Urgent: true));
                tx.Append(new PageRequested(page, run.Incident, wake.Person, method, step.StepRun + 1, step.Round), now, Actor.Tocsin, cause);
            }
        }
    }

    /// <summary>When every page of the present step has failed at least once, waiting for the next step helps nobody.</summary>
    public async Task HurryAsync(ITx tx, PageFailed failed, Cause cause, DateTimeOffset now)
    {
        if (await RunStore.RunningAsync(tx, failed.Incident) is not { } run || run.Step == 0 || run.NextAt <= now) return;
        if (await PageStore.FindAsync(tx, failed.Page) is not { } page || page.Step != run.Step || page.Round != run.Round) return;
        var pages = await PageStore.OfIncidentAsync(tx, failed.Incident);
        var ofStep = pages.Where(other => other.Step == page.Step && other.Round == page.Round).ToList();
        if (ofStep.Any(other => other.State == PageState.Sent || (other.State == PageState.Requested && other.Attempts == 0))) return;
        var hurried = run with { NextAt = now };
        if (await RunStore.MoveAsync(tx, run, hurried)) await StepAsync(tx, hurried, cause, now);
    }

    /// <summary>Ends the escalation: nobody else is woken, and what has not been sent is withdrawn aloud.</summary>
    public async Task EndAsync(ITx tx, IncidentId incident, string why, Cause cause, DateTimeOffset now)
    {
        await RunStore.EndAsync(tx, incident, "stopped");
        foreach (var page in await PageStore.OfIncidentAsync(tx, incident))
        {
            if (page.State != PageState.Requested) continue;
            if (await ledger.WithdrawAsync(tx, PageHandler.LedgerKind, Subject.Of(page.Id), why, now) == 0) continue; // being sent now
            await PageStore.SettleAsync(tx, page.Id, PageState.Withdrawn, page.Attempts, null, why);
            tx.Append(new PageWithdrawn(page.Id, incident, page.Person, page.Method, why), now, Actor.Tocsin, cause);
        }
    }
}
