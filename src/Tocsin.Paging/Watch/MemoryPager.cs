using Microsoft.Extensions.Logging;
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
    TimeProvider clock, ILogger<MemoryPager> log) : IPump
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10), AgainWhenNobodyWasReached = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RosterLife = TimeSpan.FromSeconds(30), ReadMax = TimeSpan.FromSeconds(1);

    /// <summary>On a full disk single writes may succeed: only after so long it is another trouble, which is paged anew.</summary>
    private static readonly TimeSpan WellAfter = TimeSpan.FromMinutes(1);

    private sealed record Entry(PersonKey Person, IReadOnlyList<NamedMethod> Methods);

    /// <summary>One walk down the roster.</summary>
    /// <param name="Reached">Null while it is under way.</param>
    private sealed record Call(long At, bool? Reached);

    private readonly List<PageUnrecorded> unrecorded = [];
    private IReadOnlyList<Entry>? roster;
    private long rosterReadAt;
    private long? wellSince;
    private volatile Call? last;

    public string Scope => "memory-pager";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (health.Reason is { } reason)
        {
            wellSince = null;
            if (health.FailingFor >= Patience && IsDue()) CallOut(reason, health.FailingSince ?? now);
            return Next.Idle(now + Poll);
        }
        wellSince ??= clock.GetTimestamp();
        if (last is { Reached: not null } && clock.GetElapsedTime(wellSince.Value) >= WellAfter) last = null;
        await RecordAsync(lease, cancellation);
        if (roster is null || clock.GetElapsedTime(rosterReadAt) > RosterLife) await ReadRosterAsync(now, cancellation);
        return Next.Idle(now + Poll);
    }

    private bool IsDue() => last switch
    {
        null => true,
        { Reached: null } => false,
        { Reached: var reached, At: var at } => clock.GetElapsedTime(at) >= (reached == true ? Again : AgainWhenNobodyWasReached),
    };

    private void CallOut(string reason, DateTimeOffset since)
    {
        var call = last = new Call(clock.GetTimestamp(), null);
        var known = roster ?? Configured();
        runner.Run("page from memory", async stopping =>
        {
            var reached = false;
            try { reached = await PageAsync(known, reason, since, stopping); }
            finally { last = call with { Reached = reached }; }
        });
    }

    private async Task ReadRosterAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // The last known one stays. A database that hangs must not keep this loop from seeing that nothing can be written.
        try { roster = await store.ReadAsync(async tx => await RosterAsync(tx, now), cancellation).WaitAsync(ReadMax, clock, cancellation); }
        catch (Exception error) when (error is StoreUnavailableException or TimeoutException) { return; }
        rosterReadAt = clock.GetTimestamp();
    }

    /// <summary>Whom the default policy would wake, step by step, then everybody else: better the wrong person than nobody.</summary>
    private async ValueTask<IReadOnlyList<Entry>> RosterAsync(IReadTx tx, DateTimeOffset now)
    {
        var order = new List<PersonKey>();
        foreach (var step in revisions.Current.Get<OnCallModel>().Policies[EscalationPolicyModel.DefaultKey].Steps)
        {
            order.AddRange((await people.ResolveAsync(tx, step, now)).People.Select(found => found.Person));
        }
        order.AddRange(Everybody);
        var entries = new List<Entry>();
        foreach (var person in order.Distinct()) entries.Add(new Entry(person, await contacts.OfAsync(tx, person)));
        return entries;
    }

    /// <summary>Nothing was ever read: the methods that the files name are better than nobody.</summary>
    private IReadOnlyList<Entry> Configured() => [.. Everybody.Select(person => new Entry(person, contacts.Configured(person)))];

    private IEnumerable<PersonKey> Everybody => revisions.Current.Catalog.People.Keys.OrderBy(person => person.Value, StringComparer.Ordinal);

    /// <summary>Down the roster until one method takes it.</summary>
    /// <returns>False when none did.</returns>
    private async Task<bool> PageAsync(IReadOnlyList<Entry> known, string reason, DateTimeOffset since, CancellationToken stopping)
    {
        var checks = down.Checks;
        foreach (var (person, method) in known.SelectMany(entry => entry.Methods.Select(method => (entry.Person, method))))
        {
            var now = clock.GetUtcNow();
            var reader = sender.ReaderOf(person, $"memory/{now.ToUnixTimeMilliseconds()}/{person}/{method.Name}", now);
            var content = new CannotRecordContent(reason, since, checks, revisions.Current.Catalog.PublicUrl);
            if (!await IsTakenAsync(PageMessages.CannotRecord(content, reader), method, stopping)) continue;
            lock (unrecorded) unrecorded.Add(new PageUnrecorded(now, person, method.Name, reason, checks.Count));
            return true;
        }
        return false;
    }

    private async Task<bool> IsTakenAsync(OutgoingMessage message, NamedMethod method, CancellationToken stopping)
    {
        try
        {
            var outcome = await sender.SendAsync(message, method.Method, stopping);
            if (outcome.Result == DeliveryResult.Delivered) return true;
            log.LogWarning("{Person} was not reached by {Method}: {Why}", message.Person, method.Name, outcome.Text);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            // A bug in one channel must not be the last word of the last resort.
            log.LogError(error, "Paging {Person} by {Method} from memory failed unexpectedly", message.Person, method.Name);
        }
        return false;
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
