using Microsoft.Extensions.Logging;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Turns one journal reader: its tables, its new entries and its cursor move in the same unit.</summary>
/// <remarks>
/// An entry whose handling fails is tried alone, five times with growing pauses; then it is skipped aloud
/// (<c>reader.skipped</c>), because a reader that stands still pages nobody.
/// </remarks>
internal sealed class ReaderPump(IJournalReader reader, IStore store, IJournalHorizon horizon, ILogger<ReaderPump> log) : IPump
{
    private const int EntriesPerUnitMax = 256;
    private const int TriesMax = 5;

    /// <summary>Poll on PostgreSQL, where another node's commit sends no signal. See DESIGN on the journal.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <summary>Up to here entries are taken one by one, because a unit of many failed.</summary>
    private long aloneUntil;
    private int tries;
    private DateTimeOffset pausedUntil = DateTimeOffset.MinValue;

    public string Name => reader.Name;
    public string Scope => $"reader/{reader.Name}";
    public Signal Signal { get; } = new();

    /// <summary>Seq of the last entry handled, for metrics; 0 before the first step.</summary>
    public long Cursor { get; private set; }

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Every commit wakes every pump: the pause after a failure is kept here. A stepped clock does not lengthen it.
        if (now < pausedUntil && pausedUntil - now <= PauseMax) return Next.Idle(pausedUntil);
        var from = await CursorAsync(now, lease, cancellation);
        var until = await horizon.ReadAsync(cancellation);
        var entries = await EntriesAsync(from, until, cancellation);
        Cursor = from;
        if (entries.Count == 0) return Next.Idle(now + Poll);
        try
        {
            await store.WriteAsync(async tx =>
            {
                await MoveAsync(tx, from, entries[^1].Seq, now);
                foreach (var entry in entries) await reader.HandleAsync(tx, entry, now);
            }, lease, cancellation);
        }
        catch (Exception error) when (error is not (StoreUnavailableException or FencedException or OperationCanceledException or CursorMovedException))
        {
            return await FailedAsync(entries, from, error, lease, now, cancellation);
        }
        Cursor = entries[^1].Seq;
        tries = 0;
        return Next.More;
    }

    private async Task<long> CursorAsync(DateTimeOffset now, Lease lease, CancellationToken cancellation)
    {
        var found = await store.FirstAsync<long?>("select seq from journal_cursor where reader = @Name", new { reader.Name }, cancellation);
        if (found is { } seq) return seq;
        return await store.WriteAsync(async tx =>
        {
            var start = reader.StartsAtEnd ? await tx.FirstAsync<long?>("select max(seq) from journal") ?? 0 : 0;
            await tx.ExecuteAsync("""
                insert into journal_cursor (reader, seq, moved_at) values (@Name, @start, @at) on conflict (reader) do nothing
                """, new { reader.Name, start, at = now.ToUnixTimeMilliseconds() });
            return start;
        }, lease, cancellation);
    }

    private async Task<IReadOnlyList<JournalEntry>> EntriesAsync(long from, long until, CancellationToken cancellation)
    {
        if (until <= from) return [];
        var rows = await store.QueryAsync<JournalRow>(
            $"select {JournalRow.Columns} from journal where seq > @from and seq <= @until order by seq limit @limit",
            new { from, until, limit = from < aloneUntil ? 1L : EntriesPerUnitMax }, cancellation);
        return [.. rows.Select(row => row.ToEntry())];
    }

    private async Task MoveAsync(ITx tx, long from, long to, DateTimeOffset now)
    {
        var moved = await tx.ExecuteAsync("update journal_cursor set seq = @to, moved_at = @at where reader = @Name and seq = @from",
            new { reader.Name, from, to, at = now.ToUnixTimeMilliseconds() });
        if (moved != 1) throw new CursorMovedException(reader.Name);
    }

    private async Task<Next> FailedAsync(
        IReadOnlyList<JournalEntry> entries, long from, Exception error, Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (entries.Count > 1)
        {
            aloneUntil = entries[^1].Seq; // find the one that fails
            return Next.More;
        }
        var entry = entries[0];
        log.LogError(error, "Reader {Reader} failed on entry {Seq} ({Kind}), try {Try}", reader.Name, entry.Seq, entry.Kind, tries + 1);
        if (++tries < TriesMax)
        {
            pausedUntil = now + TimeSpan.FromMilliseconds(100 << tries);
            return Next.Idle(pausedUntil);
        }
        await store.WriteAsync(async tx =>
        {
            await MoveAsync(tx, from, entry.Seq, now);
            tx.Append(new ReaderSkipped(reader.Name, entry.Seq, entry.Kind, error.Message), now, Actor.Tocsin, entry);
        }, lease, cancellation);
        tries = 0;
        return Next.More;
    }
}

/// <summary>Somebody else moved the cursor: two processes read under one name. The step is simply made again.</summary>
internal sealed class CursorMovedException(string reader) : Exception($"the cursor of {reader} was moved by another process");
