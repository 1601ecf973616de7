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
internal sealed class LedgerPump : IPump
{
    private const int SendsAtOnceMax = 64;

    /// <summary>Longer than any attempt may take (30 s), so that a living sender is not overtaken.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly IStore store;
    private readonly IRunner runner;
    private readonly ILogger<LedgerPump> log;
    private readonly FrozenDictionary<string, ILedgerHandler> handlers;
    private readonly ConcurrentQueue<(LedgerItem Item, DeliveryOutcome Outcome)> finished = new();
    private int sending;

    public LedgerPump(IStore store, IEnumerable<ILedgerHandler> handlers, IRunner runner, ILogger<LedgerPump> log)
    {
        (this.store, this.runner, this.log) = (store, runner, log);
        this.handlers = handlers.ToFrozenDictionary(handler => handler.Kind, StringComparer.Ordinal);
    }

    public string Scope => "ledger";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        await SettleAsync(lease, now, cancellation);
        var claimed = await ClaimAsync(lease, now, cancellation);
        foreach (var item in claimed) Send(item);
        return claimed.Count > 0 || !finished.IsEmpty ? Next.More : Next.Idle(now + Poll);
    }

    private async Task SettleAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Peek first: what is taken out of the queue before it is written would be forgotten when the write fails.
        while (finished.TryPeek(out var result))
        {
            await SettleOrFailAsync(result.Item, result.Outcome, lease, now, cancellation);
            finished.TryDequeue(out _);
            Interlocked.Decrement(ref sending);
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
            var bug = DeliveryOutcome.Refused($"sent, but could not be accounted for: {error.Message}");
            await store.WriteAsync(tx => SettleOneAsync(tx, null, item, bug, now), lease, cancellation);
        }
    }

    /// <param name="handler">Null when this program has none, or its own writing failed: the row alone is settled.</param>
    private static async ValueTask SettleOneAsync(
        ITx tx, ILedgerHandler? handler, LedgerItem item, DeliveryOutcome outcome, DateTimeOffset now)
    {
        var isFinal = outcome.Result != DeliveryResult.Retry || item.Attempt >= (handler?.AttemptsMax ?? 1);
        var state = outcome.Result switch
        {
            DeliveryResult.Delivered => "delivered",
            DeliveryResult.Overtaken => "withdrawn",
            DeliveryResult.Refused or DeliveryResult.Retry => isFinal ? "failed" : "due",
        };
        var touched = await tx.ExecuteAsync("""
            update ledger set state = @state, outcome = @text, due_at = @due, leased_until = null, leased_by = null, ended_at = @ended
            where id = @Id and state = 'leased' and attempts = @Attempt
            """, new
        {
            state,
            text = Shorten(outcome.Text),
            due = (now + LedgerBackOff.After(item.Attempt)).ToUnixTimeMilliseconds(),
            ended = isFinal ? now.ToUnixTimeMilliseconds() : (long?)null,
            item.Id,
            Attempt = (long)item.Attempt,
        });
        // Another attempt has begun meanwhile (this one outlived its lease): that one will be settled.
        if (touched == 1 && handler is not null) await handler.SettleAsync(tx, item, outcome with { Text = Shorten(outcome.Text) }, isFinal, now);
    }

    private static string Shorten(string text) => text.Length <= 300 ? text : string.Concat(text.AsSpan(0, 299), "…");

    private async Task<IReadOnlyList<LedgerItem>> ClaimAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var free = SendsAtOnceMax - Volatile.Read(ref sending);
        if (free <= 0) return [];
        var args = new { now = now.ToUnixTimeMilliseconds(), epoch = lease.Epoch, free = (long)free };
        const string Due = """
            (state in ('due', 'leased') and ((state = 'due' and due_at <= @now) or (state = 'leased' and (leased_until <= @now or leased_by <> @epoch))))
            """;
        var due = await store.FirstAsync<long?>($"select id from ledger where {Due} limit 1", args, cancellation);
        if (due is null) return [];
        var rows = await store.WriteAsync(async tx => await tx.QueryAsync<Row>($"""
            update ledger set state = 'leased', attempts = attempts + 1, leased_by = @epoch, leased_until = @until
            where id in (select id from ledger where {Due} order by urgent desc, due_at, id limit @free) and {Due}
            returning id, kind, idempotency_key, subject, payload, attempts, created_at
            """, new { args.now, args.epoch, args.free, until = (now + LeaseTime).ToUnixTimeMilliseconds() }), lease, cancellation);
        Interlocked.Add(ref sending, rows.Count);
        return [.. rows.OrderBy(row => row.Id).Select(row => new LedgerItem(row.Id, row.Kind, row.IdempotencyKey, new Subject(row.Subject),
            row.Payload, (int)row.Attempts, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt)))];
    }

    private void Send(LedgerItem item) => runner.Run($"send {item.Kind}", async cancellation =>
    {
        DeliveryOutcome outcome;
        try
        {
            outcome = handlers.TryGetValue(item.Kind, out var handler)
                ? await handler.SendAsync(item, cancellation)
                : DeliveryOutcome.Refused($"this program cannot send '{item.Kind}'");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return; // stopping: the lease runs out and the next process tries again
        }
        catch (Exception error)
        {
            log.LogError(error, "Sending {Kind} {Key} failed unexpectedly", item.Kind, item.IdempotencyKey);
            outcome = DeliveryOutcome.Retry($"unexpected: {error.GetType().Name}: {error.Message}");
        }
        finished.Enqueue((item, outcome));
        Signal.Set();
    });

    private sealed class Row
    {
        public long Id { get; init; }
        public string Kind { get; init; } = "";
        public string IdempotencyKey { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Payload { get; init; } = "";
        public long Attempts { get; init; }
        public long CreatedAt { get; init; }
    }
}

/// <summary>Pause before the next attempt: 1 s doubled each time, at most 5 min.</summary>
internal static class LedgerBackOff
{
    public static TimeSpan After(int attempt) => TimeSpan.FromSeconds(Math.Min(300, 1L << Math.Clamp(attempt - 1, 0, 9)));
}
