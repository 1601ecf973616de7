using Tocsin.Checks.Confirming;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Recording;

/// <summary>A check's verdict as it is kept over a restart.</summary>
internal sealed record StoredState(CheckKey Check, CheckState State, Outcome? Journaled);

/// <summary>The table <c>checks_state</c>.</summary>
internal static class CheckStore
{
    private sealed class Row
    {
        public string CheckKey { get; init; } = "";
        public long Verdict { get; init; }
        public long Since { get; init; }
        public long? BadSince { get; init; }
        public long? FirstFailedAt { get; init; }
        public string Reason { get; init; } = "";
        public string Text { get; init; } = "";
        public long? Journaled { get; init; }
    }

    public static async ValueTask<IReadOnlyList<StoredState>> LoadAsync(IReadTx tx)
    {
        var rows = await tx.QueryAsync<Row>("""
            select check_key, verdict, since, bad_since, first_failed_at, reason, text, journaled from checks_state
            """);
        return [.. rows.Select(row => new StoredState(new CheckKey(row.CheckKey), new CheckState
        {
            Verdict = (Outcome)row.Verdict,
            Since = Time(row.Since),
            BadSince = Time(row.BadSince),
            FirstFailedAt = Time(row.FirstFailedAt),
            Reason = ProbeReasons.OfWord(row.Reason),
            Text = row.Text,
        }, (Outcome?)row.Journaled))];
    }

    /// <param name="state">Has a verdict.</param>
    public static Task SaveAsync(ITx tx, CheckModel check, CheckState state, Outcome? journaled, DateTimeOffset changedAt) =>
        tx.ExecuteAsync("""
            insert into checks_state
                (check_key, service, verdict, since, bad_since, first_failed_at, reason, text, journaled, changed_at)
            values (@check, @service, @verdict, @since, @badSince, @firstFailedAt, @reason, @text, @journaled, @changedAt)
            on conflict (check_key) do update set
                service = excluded.service, verdict = excluded.verdict, since = excluded.since, bad_since = excluded.bad_since,
                first_failed_at = excluded.first_failed_at, reason = excluded.reason, text = excluded.text,
                journaled = excluded.journaled, changed_at = excluded.changed_at
            """, new
        {
            check = check.Key.Value,
            service = check.Service.Value,
            verdict = (long)state.Verdict!.Value,
            since = state.Since!.Value.ToUnixTimeMilliseconds(),
            badSince = state.BadSince?.ToUnixTimeMilliseconds(),
            firstFailedAt = state.FirstFailedAt?.ToUnixTimeMilliseconds(),
            reason = state.Reason.Word,
            text = state.Text,
            journaled = (long?)journaled,
            changedAt = changedAt.ToUnixTimeMilliseconds(),
        });

    private static DateTimeOffset? Time(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
