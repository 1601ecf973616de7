using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Delivery;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Watch;

/// <summary>What is down now, known without the database.</summary>
public interface IDownNow
{
    /// <summary>Names for people, worst first; also verdicts that could not be written yet.</summary>
    IReadOnlyList<string> Checks { get; }
}

/// <summary>Pages from memory when nothing can be written: the only send without a ledger row (DESIGN §4.7).</summary>
/// <remarks>After 5 s of failed writes, to the last known on-call, by the first method that works; again every 10 min.
/// Journalled when writing works again.</remarks>
internal sealed class MemoryPager(
    IStore store, StoreHealth health, IRevisions revisions, IStepPeople people, ContactBook contacts, Sender sender, IRunner runner, IDownNow down,
    TimeProvider clock) : IPump
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Again = TimeSpan.FromMinutes(10), Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RosterLife = TimeSpan.FromSeconds(30);

    private sealed record Entry(PersonKey Person, IReadOnlyList<NamedMethod> Methods);

    private readonly List<PageUnrecorded> unrecorded = [];
    private IReadOnlyList<Entry> roster = [];
    private long rosterReadAt, lastSentAt;
    private bool hasRoster, hasSent;

    public string Scope => "memory-pager";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (health.Reason is not { } reason)
        {
            hasSent = false;
            await RecordAsync(lease, cancellation);
            if (!hasRoster || clock.GetElapsedTime(rosterReadAt) > RosterLife) await ReadRosterAsync(now, cancellation);
        }
        else if (health.FailingFor >= Patience && (!hasSent || clock.GetElapsedTime(lastSentAt) >= Again))
        {
            (hasSent, lastSentAt) = (true, clock.GetTimestamp());
            var since = health.FailingSince ?? now;
            runner.Run("page from memory", stopping => PageAsync(reason, since, stopping));
        }
        return Next.Idle(now + Poll);
    }

    private async Task ReadRosterAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            roster = await store.ReadAsync(async tx => await RosterAsync(tx, now), cancellation);
        }
        catch (StoreUnavailableException) when (!hasRoster)
        {
            // Nothing was ever read: the file's own methods are better than nobody.
            roster = [.. revisions.Current.Catalog.People.Keys.Select(person => new Entry(person, contacts.Configured(person)))];
        }
        catch (StoreUnavailableException)
        {
            return; // the last known roster stays
        }
        (hasRoster, rosterReadAt) = (true, clock.GetTimestamp());
    }

    private async ValueTask<IReadOnlyList<Entry>> RosterAsync(IReadTx tx, DateTimeOffset now)
    {
        var entries = new List<Entry>();
        foreach (var step in revisions.Current.Get<OnCallModel>().Policies[EscalationPolicyModel.DefaultKey].Steps)
        {
            foreach (var (person, _) in (await people.ResolveAsync(tx, step, now)).People)
            {
                if (entries.TrueForAll(entry => entry.Person != person)) entries.Add(new Entry(person, await contacts.OfAsync(tx, person)));
            }
        }
        return entries;
    }

    /// <summary>Down the roster until one method takes it.</summary>
    private async Task PageAsync(string reason, DateTimeOffset since, CancellationToken stopping)
    {
        var checks = down.Checks;
        foreach (var (person, methods) in roster)
        {
            foreach (var method in methods)
            {
                var now = clock.GetUtcNow();
                var reader = sender.ReaderOf(person, $"memory/{now.ToUnixTimeMilliseconds()}/{person}/{method.Name}", now);
                var content = new CannotRecordContent(reason, since, checks, revisions.Current.Catalog.PublicUrl);
                var outcome = await sender.SendAsync(PageMessages.CannotRecord(content, reader), method.Method, stopping);
                if (outcome.Result != DeliveryResult.Delivered) continue;
                lock (unrecorded) unrecorded.Add(new PageUnrecorded(now, person, method.Name, reason, checks.Count));
                return;
            }
        }
    }

    private async Task RecordAsync(Lease lease, CancellationToken cancellation)
    {
        PageUnrecorded[] waiting;
        lock (unrecorded) waiting = [.. unrecorded];
        if (waiting.Length == 0) return;
        await store.WriteAsync(tx =>
        {
            foreach (var page in waiting) tx.Append(page, page.SentAt, Actor.Tocsin);
            return ValueTask.CompletedTask;
        }, lease, cancellation);
        lock (unrecorded) unrecorded.RemoveRange(0, waiting.Length);
    }
}
