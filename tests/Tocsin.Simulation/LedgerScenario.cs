using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>Storage alone: a reader makes an intent, a row and an entry of every accepted fact, and the ledger sends it.</summary>
internal sealed class LedgerScenario : IScenario
{
    private readonly HashSet<string> accepted = new(StringComparer.Ordinal);
    private int written;

    public IReadOnlyList<Migration> Tables { get; } =
    [
        new Migration("sim", 1, "sim", "create table sim_effect (\n  number BIGINT NOT NULL PRIMARY KEY\n);\ncreate table sim_settled (\n  key TEXT NOT NULL,\n  final BIGINT NOT NULL\n);\n"),
    ];

    public Composition Compose(Parts parts) => new([new Producer()], [new Mail(parts)], []);

    public async Task ActAsync(IStore store, Random random, DateTimeOffset now)
    {
        var facts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new ConfigApplied($"k{++written}", null, "", written, 0)).ToList();
        await store.WriteAsync(tx =>
        {
            foreach (var fact in facts) tx.Append(fact, now, Actor.Tocsin);
            return ValueTask.CompletedTask;
        });
        accepted.UnionWith(facts.Select(fact => fact.Revision));
    }

    public Task CalmAsync(IStore store, DateTimeOffset now) => Task.CompletedTask;

    public async Task<DateTimeOffset?> RestsUntilAsync(IReadTx tx) => await Rest.UntilAsync(tx);

    public async Task<IReadOnlyList<string>> JudgeAsync(IReadTx tx, Outside outside)
    {
        var facts = await tx.QueryAsync<string>("select json_extract(body, '$.revision') from journal where kind = 'config.applied'");
        var rows = await tx.QueryAsync<IntentRow>("select idempotency_key as key, state, coalesce(outcome, '') as outcome from ledger");
        var answers = await tx.QueryAsync<string>("select json_extract(body, '$.inForce') from journal where kind = 'config.refused'");
        var finals = await tx.QueryAsync<string>("select key from sim_settled where final = 1");
        var received = outside.Received.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. accepted.Except(facts).Select(key => $"{key} was accepted and is not in the journal"),
            .. Repeated(facts).Select(key => $"{key} is in the journal twice"),
            .. facts.Except(rows.Select(row => row.Key)).Select(key => $"{key} has no intent: it is accounted for nowhere"),
            .. rows.Where(row => !row.IsAccountedFor(received)).Select(row => $"{row.Key} ended as '{row.State}: {row.Outcome}' and the sink does not have it"),
            .. received.Except(rows.Select(row => row.Key)).Select(key => $"{key} was sent and never decided"),
            .. facts.Except(answers).Select(key => $"{key} has no answer"),
            .. Repeated(answers).Select(key => $"{key} was answered twice"),
            .. Repeated(finals).Select(key => $"{key} was settled twice"),
            .. rows.Select(row => row.Key).Except(finals).Select(key => $"{key} was never settled"),
        ];
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> keys) =>
        keys.GroupBy(key => key, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(group => group.Key);

    private sealed class Producer : IJournalReader
    {
        public string Name => "producer";

        public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
        {
            if (entry.Fact is not ConfigApplied fact) return;
            await tx.ExecuteAsync("insert into sim_effect (number) values (@Services)", new { Services = (long)fact.Services });
            await tx.EnqueueAsync(new Intent("mail", fact.Revision, Subject.Server, "{}", now, fact.Services % 3 == 0));
            tx.Append(new ConfigRefused(fact.Revision, 1, ""), now, Actor.Tocsin, entry);
        }
    }

    private sealed class Mail(Parts parts) : ILedgerHandler
    {
        public string Kind => "mail";

        public Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation) =>
            parts.Outside.SendAsync(item.IdempotencyKey, parts.Process, cancellation);

        public async ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
        {
            await tx.ExecuteAsync("insert into sim_settled (key, final) values (@IdempotencyKey, @final)",
                new { item.IdempotencyKey, final = isFinal ? 1L : 0L });
        }
    }
}
