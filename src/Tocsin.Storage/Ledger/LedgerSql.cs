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
