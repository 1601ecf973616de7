using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>Makes the public page anew when something has happened, and every few seconds in case nobody said so.</summary>
/// <remarks>The bytes change when what they say changes, and once a minute, so that "as of" is never older than that.</remarks>
internal sealed class StatusPump(
    IJournal journal, IComponentStates states, StatusInputsReader inputs, StatusPrinter printer, StatusBoard board, StaticFiles files) : IPump
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5), Reprint = TimeSpan.FromMinutes(1);
    /// <summary>Between two pages, however much happens: half of the second that readers may see an old one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly string[] Kinds =
    [
        .. FactKinds.All.Select(type => FactKinds.Of(type).Kind).Where(kind =>
            kind.StartsWith("incident.", StringComparison.Ordinal) || kind.StartsWith("check.", StringComparison.Ordinal)
            || kind.StartsWith("prober.", StringComparison.Ordinal) || kind is "status.updated" or "config.applied"),
    ];

    private long seen;
    private IReadOnlyList<CheckBelief> believed = [];
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue, printedAt = DateTimeOffset.MinValue;

    public string Scope => "statuspages";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        var since = now - lookedAt;
        if (since >= TimeSpan.Zero && since < Pause) return Next.Idle(lookedAt + Pause);
        var hasNews = await HasNewsAsync(cancellation);
        if (!hasNews && since >= TimeSpan.Zero && since < Refresh) return Next.Idle(Earlier(now + TimeSpan.FromSeconds(1), lookedAt + Refresh));
        lookedAt = now;
        if (await HasOtherBeliefsAsync(cancellation) || hasNews || IsReprintDue(now)) await ComposeAsync(now, cancellation);
        return Next.Idle(now + TimeSpan.FromSeconds(1));
    }

    private async Task<bool> HasNewsAsync(CancellationToken cancellation)
    {
        var news = await journal.ReadAsync(new JournalQuery(After: seen, Kinds: Kinds, Descending: true, Limit: 1), cancellation);
        if (news.Count == 0) return false;
        seen = news[0].Seq;
        return true;
    }

    private async Task<bool> HasOtherBeliefsAsync(CancellationToken cancellation)
    {
        var beliefs = await states.ReadAsync(cancellation);
        if (beliefs.SequenceEqual(believed)) return false;
        believed = beliefs;
        return true;
    }

    private bool IsReprintDue(DateTimeOffset now) => now - printedAt >= Reprint || now < printedAt;

    private async Task ComposeAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var snapshot = StatusComposer.Compose(await inputs.ReadAsync(now, cancellation));
        if (board.Current is { } last && !IsReprintDue(now) && StatusSnapshots.SaysTheSame(snapshot, last.Snapshot)) return;
        Publish(snapshot, now);
    }

    private void Publish(StatusSnapshot snapshot, DateTimeOffset now)
    {
        var publication = printer.Print(snapshot);
        board.Current = publication;
        printedAt = now;
        files.Offer(publication);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
