using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Takes due intents, has them sent, writes what came of it: at least once, nothing lost between two steps.</summary>
/// <remarks>
/// Claim (a unit) → send (outside) → settle (a unit). A crash before the claim leaves the intent due; after it, the lease
/// runs out, or the next process, whose epoch is newer, takes it at once: that attempt may be a repeat, told by its key.
/// </remarks>
internal sealed class LedgerPump : IPump, IFinishing
{
    private const int SendsMax = 64;

    /// <summary>The rest is kept free for pages, however many slow mails are under way.</summary>
    private const int SendsNotUrgentMax = 48;

    /// <summary>Longer than an attempt may take, so that a living sender is not overtaken.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AttemptTimeMax = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly IStore store;
    private readonly IRunner runner;
    private readonly TimeProvider clock;
    private readonly ILogger<LedgerPump> log;
    private readonly FrozenDictionary<string, ILedgerHandler> handlers;
    private readonly ConcurrentQueue<(LedgerItem Item, DeliveryOutcome Outcome)> finished = new();

    /// <summary>Attempts that this process makes now, by id. Touched by steps only.</summary>
    private readonly Dictionary<long, UnderWay> underWay = [];
    private sealed record UnderWay(bool IsUrgent, DateTimeOffset LeasedUntil);

    private (DateTimeOffset Wall, long Monotonic)? seen;

    public LedgerPump(IStore store, IEnumerable<ILedgerHandler> handlers, IRunner runner, TimeProvider clock, ILogger<LedgerPump> log)
    {
        (this.store, this.runner, this.clock, this.log) = (store, runner, clock, log);
        this.handlers = handlers.ToFrozenDictionary(handler => handler.Kind, StringComparer.Ordinal);
    }

    public string Scope => "ledger";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        await FollowClockAsync(lease, now, cancellation);
        await SettleAsync(lease, now, cancellation);
        await RenewAsync(lease, now, cancellation);
        var claimed = await ClaimAsync(lease, now, cancellation);
        foreach (var row in claimed) Send(row.ToItem(), row.Withdrawn);
        return claimed.Count > 0 || !finished.IsEmpty ? Next.More : Next.Idle(now + Poll);
    }

    /// <summary>Waits for the attempts under way and writes what came of them, so that an orderly stop repeats none.</summary>
    public async Task FinishAsync(Lease lease, CancellationToken cancellation)
    {
        while (true)
        {
            await SettleAsync(lease, clock.GetUtcNow(), cancellation);
            if (underWay.Count == 0) return;
            await Signal.WaitAsync(Poll, clock, cancellation);
        }
    }

    private async Task FollowClockAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var timestamp = clock.GetTimestamp();
        if (seen is { } before && now - before.Wall - clock.GetElapsedTime(before.Monotonic, timestamp) is var step
            && step < TimeSpan.FromSeconds(-2))
        {
            log.LogWarning("The wall clock was set back by {Step}; due times follow it", -step);
            await store.WriteAsync(async tx => await tx.ExecuteAsync(LedgerSql.ShiftDue, new { step = (long)step.TotalMilliseconds }),
                lease, cancellation);
        }
        seen = (now, timestamp);
    }

    private async Task SettleAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Peek first: what is taken out of the queue before it is written would be forgotten when the write fails.
        while (finished.TryPeek(out var result))
        {
            await SettleOrFailAsync(result.Item, result.Outcome, lease, now, cancellation);
            finished.TryDequeue(out _);
            underWay.Remove(result.Item.Id);
        }
    }

    private async Task SettleOrFailAsync(
        LedgerItem item, DeliveryOutcome outcome, Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        handlers.TryGetValue(item.Kind, out var handler);
        try
        {
            await store.WriteAsync(tx => SettleOneAsync(tx, handler, item, outcome, now), lease, cancellation);
        }
        catch (Exception error) when (error is not (StoreUnavailableException or FencedException or OperationCanceledException))
        {
            // A bug in one handler must not hold up the intents behind it: this one ends aloud, without its handler.
            log.LogError(error, "What came of {Kind} {Key} could not be written", item.Kind, item.IdempotencyKey);
            var bug = DeliveryOutcome.Refused($"{outcome.Result}, but could not be accounted for: {error.Message}");
            await store.WriteAsync(tx => SettleOneAsync(tx, null, item, bug, now), lease, cancellation);
        }
    }

    /// <param name="handler">Null when this program has none, or its own writing failed: the row alone is settled.</param>
    private static async ValueTask SettleOneAsync(
        ITx tx, ILedgerHandler? handler, LedgerItem item, DeliveryOutcome outcome, DateTimeOffset now)
    {
        var shortened = outcome with { Text = Shorten(outcome.Text) };
        var isLast = outcome.Result != DeliveryResult.Retry || item.Attempt >= (handler?.AttemptsMax ?? 1);
        var settled = await tx.FirstAsync<SettledRow>(LedgerSql.Settle, new
        {
            state = outcome.Result switch
            {
                DeliveryResult.Delivered => "delivered",
                DeliveryResult.Overtaken => "withdrawn",
                DeliveryResult.Refused or DeliveryResult.Retry => isLast ? "failed" : "due",
            },
            text = shortened.Text,
            due = (now + LedgerBackOff.After(item.Attempt)).ToUnixTimeMilliseconds(),
            now = now.ToUnixTimeMilliseconds(),
            item.Id,
            attempt = (long)item.Attempt,
        });
        // No row: another attempt has begun meanwhile (this one outlived its lease), and that one will be settled.
        if (settled is null || handler is null) return;
        // Withdrawn while the attempt was under way, and it failed: no other follows.
        if (settled.State == "withdrawn") shortened = DeliveryOutcome.Overtaken(settled.Outcome);
        await handler.SettleAsync(tx, item, shortened, isFinal: settled.State != "due", now);
    }

    private static string Shorten(string text) => text.Length <= 300 ? text : string.Concat(text.AsSpan(0, 299), "…");

    /// <summary>An attempt that is under way keeps its lease: however late it began, and however far the clock jumped.</summary>
    private async Task RenewAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var ending = underWay.Where(pair => pair.Value.LeasedUntil <= now + LeaseTime / 2).ToList();
        if (ending.Count == 0) return;
        var until = now + LeaseTime;
        await store.WriteAsync(async tx =>
        {
            foreach (var (id, _) in ending)
            {
                await tx.ExecuteAsync(LedgerSql.Renew, new { id, epoch = lease.Epoch, until = until.ToUnixTimeMilliseconds() });
            }
        }, lease, cancellation);
        foreach (var (id, attempt) in ending) underWay[id] = attempt with { LeasedUntil = until };
    }

    private async Task<IReadOnlyList<LedgerRow>> ClaimAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var free = SendsMax - underWay.Count;
        if (free <= 0) return [];
        var (at, epoch) = (now.ToUnixTimeMilliseconds(), lease.Epoch);
        var any = await store.FirstAsync<long?>(LedgerSql.AnyFree, new { now = at, epoch }, cancellation);
        if (any is null) return [];
        var others = SendsNotUrgentMax - underWay.Values.Count(attempt => !attempt.IsUrgent);
        var (urgent, rest) = await store.WriteAsync(async tx =>
        {
            var first = await TakeAsync(tx, urgent: 1, free);
            return (first, await TakeAsync(tx, urgent: 0, Math.Min(free - first.Count, others)));
        }, lease, cancellation);
        foreach (var row in urgent) underWay[row.Id] = new UnderWay(true, now + LeaseTime);
        foreach (var row in rest) underWay[row.Id] = new UnderWay(false, now + LeaseTime);
        return [.. urgent, .. rest];

        async Task<IReadOnlyList<LedgerRow>> TakeAsync(ITx tx, long urgent, int limit)
        {
            if (limit <= 0) return [];
            var until = (now + LeaseTime).ToUnixTimeMilliseconds();
            var rows = await tx.QueryAsync<LedgerRow>(LedgerSql.Claim,
                new { now = at, epoch, until, urgent, limit = (long)limit });
            return [.. rows.OrderBy(row => row.DueAt).ThenBy(row => row.Id)];
        }
    }

    /// <param name="withdrawn">Why it is not to be sent: withdrawn during an attempt whose process is gone; null when it is.</param>
    private void Send(LedgerItem item, string? withdrawn) => runner.Run($"send {item.Kind}", async stopping =>
    {
        DeliveryOutcome outcome;
        using var timer = new CancellationTokenSource(AttemptTimeMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            outcome = withdrawn is not null ? DeliveryOutcome.Overtaken(withdrawn)
                : handlers.TryGetValue(item.Kind, out var handler) ? await handler.SendAsync(item, either.Token).WaitAsync(either.Token)
                : DeliveryOutcome.Refused($"this program cannot send '{item.Kind}'");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return; // the next process, whose epoch is newer, tries again at once
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            outcome = DeliveryOutcome.Retry($"no answer within {AttemptTimeMax.TotalSeconds:0} s");
        }
        catch (Exception error)
        {
            log.LogError(error, "Sending {Kind} {Key} failed unexpectedly", item.Kind, item.IdempotencyKey);
            outcome = DeliveryOutcome.Retry($"unexpected: {error.GetType().Name}: {error.Message}");
        }
        finished.Enqueue((item, outcome));
        Signal.Set();
    });
}

/// <summary>A row of the table <c>ledger</c> that was claimed or is held.</summary>
internal sealed class LedgerRow
{
    public long Id { get; init; }
    public string Kind { get; init; } = "";
    public string IdempotencyKey { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Payload { get; init; } = "";
    public long Attempts { get; init; }
    public long DueAt { get; init; }
    public long CreatedAt { get; init; }
    public string? Withdrawn { get; init; }

    public LedgerItem ToItem() => new(Id, Kind, IdempotencyKey, new Subject(Subject), Payload, (int)Attempts,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
}

/// <summary>What the database made of a settled attempt.</summary>
internal sealed class SettledRow
{
    public string State { get; init; } = "";
    public string Outcome { get; init; } = "";
}

/// <summary>Pause before the next attempt: 1 s doubled each time, at most 5 min.</summary>
internal static class LedgerBackOff
{
    public static TimeSpan After(int attempt) => TimeSpan.FromSeconds(Math.Min(300, 1L << Math.Clamp(attempt - 1, 0, 9)));
}
