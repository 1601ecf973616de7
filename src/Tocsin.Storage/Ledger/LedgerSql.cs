using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>The statements of the delivery ledger.</summary>
internal static class LedgerSql
{
    public const string Enqueue = """
        insert into ledger (kind, idempotency_key, subject, payload, urgent, state, attempts, due_at, created_at)
        values (@kind, @key, @subject, @payload, @urgent, 'due', 0, @due, @due)
        on conflict (idempotency_key) do nothing
        """;

    /// <summary>Due, or left behind by an attempt that nobody makes any more: its lease ran out, or its process is gone.</summary>
    private const string Free = """
        state in ('due', 'leased')
            and ((state = 'due' and due_at <= @now) or (state = 'leased' and (leased_until <= @now or leased_by <> @epoch)))
        """;

    public const string AnyFree = $"select id from ledger where {Free} limit 1";

    public const string Claim = $"""
        update ledger set state = 'leased', attempts = attempts + 1, leased_by = @epoch, leased_until = @until
        where id in (select id from ledger where {Free} and urgent = @urgent order by due_at, id limit @limit)
        returning id, kind, idempotency_key, subject, payload, attempts, due_at, created_at, withdrawn
        """;

    /// <summary>Keeps the lease of an attempt that is still under way.</summary>
    public const string Renew = "update ledger set leased_until = @until where id = @id and state = 'leased' and leased_by = @epoch";

    /// <summary>Ends or reschedules one attempt; an attempt that another one has overtaken touches nothing.</summary>
    public const string Settle = """
        update ledger set leased_until = null, leased_by = null, due_at = @due,
            outcome = case when @state = 'due' and withdrawn is not null then withdrawn else @text end,
            ended_at = case when @state = 'due' and withdrawn is null then null else @now end,
            state = case when @state = 'due' and withdrawn is not null then 'withdrawn' else @state end
        where id = @Id and state = 'leased' and attempts = @attempt
        returning state, outcome
        """;

    /// <summary>Due times follow the wall clock when it is set back, so that nothing waits for the old time.</summary>
    public const string ShiftDue = "update ledger set due_at = due_at + @step where state = 'due'";

    public static object Row(Intent intent) => new
    {
        kind = intent.Kind,
        key = intent.IdempotencyKey,
        subject = intent.Subject.Text,
        payload = intent.Payload,
        urgent = intent.Urgent ? 1L : 0L,
        due = intent.DueAt.ToUnixTimeMilliseconds(),
    };
}
