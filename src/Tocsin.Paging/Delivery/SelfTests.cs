using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>A self-test page and what came of it.</summary>
/// <param name="EndedAt">Null while it is on its way.</param>
/// <param name="Answer">The provider's words, or why it failed; null while it is on its way.</param>
/// <param name="AcknowledgedAt">When the person tapped the link of the message; null while nobody has.</param>
public sealed record SelfTest(
    long Id, PersonKey Person, string Method, string Mark, DateTimeOffset AskedAt, DateTimeOffset? EndedAt, bool IsSent, string? Answer,
    DateTimeOffset? AcknowledgedAt);

/// <summary>Lets people see, before the night in which it matters, that a method reaches them.</summary>
public sealed class SelfTests(IStore store, ContactBook contacts, TimeProvider clock)
{
    /// <summary>Another one may be asked for when the one before has ended or is older than this.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private const string Columns = "id, person, method, mark, asked_at, ended_at, is_sent, answer, acknowledged_at";

    /// <summary>Puts one on its way. While one is, asking again starts no second.</summary>
    /// <returns>Its number, or why not.</returns>
    public async Task<Parsed<long>> AskAsync(PersonKey person, string method, CancellationToken cancellation) =>
        await store.WriteAsync<Parsed<long>>(async tx =>
        {
            if ((await contacts.OfAsync(tx, person)).FirstOrDefault(named => named.Name == method) is not { } found)
            {
                return Parsed<long>.Bad($"there is no method {method} any more");
            }
            var now = clock.GetUtcNow();
            var mark = MarkOf(found.Method);
            if (await tx.FirstAsync<long?>("""
                select id from paging_test where person = @Value and mark = @mark and ended_at is null and asked_at > @since order by id desc
                """, new { person.Value, mark, since = (now - WaitMax).ToUnixTimeMilliseconds() }) is { } waiting) return waiting;
            var id = await tx.InsertAsync("""
                insert into paging_test (person, method, mark, asked_at, is_sent) values (@person, @method, @mark, @now, 0) returning id
                """, new { person = person.Value, method, mark, now = now.ToUnixTimeMilliseconds() });
            await tx.EnqueueAsync(new Intent(TestHandler.LedgerKind, $"test/{id}", Subject.Of(person),
                JsonSerializer.Serialize(new TestPayload(id), FactKinds.Json), now, Urgent: true));
            return id;
        }, cancellation: cancellation);

    /// <summary>Waits until the provider has answered.</summary>
    /// <returns>The test as it is after at most <paramref name="patience"/>; null when there is none of that number.</returns>
    public async Task<SelfTest?> WaitAsync(long id, TimeSpan patience, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var test = await store.ReadAsync(async tx => await FindAsync(tx, id), cancellation);
            if (test is null or { EndedAt: not null } || clock.GetElapsedTime(started) >= patience) return test;
            await Task.Delay(Look, clock, cancellation);
        }
    }

    /// <returns>The test whose message carries this link; null when the link is not genuine. Looking changes nothing.</returns>
    public Task<SelfTest?> LookAsync(string token, CancellationToken cancellation) =>
        store.ReadAsync(async tx => await OfTokenAsync(tx, token), cancellation);

    /// <summary>The tap. Another one keeps the first.</summary>
    /// <inheritdoc cref="LookAsync"/>
    public Task<SelfTest?> AcknowledgeAsync(string token, CancellationToken cancellation) =>
        store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("update paging_test set acknowledged_at = @now where token = @hash and acknowledged_at is null",
                new { hash = TestLink.HashOf(token), now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            return await OfTokenAsync(tx, token);
        }, cancellation: cancellation);

    public Task<SelfTest?> FindAsync(long id, CancellationToken cancellation) =>
        store.ReadAsync(async tx => await FindAsync(tx, id), cancellation);

    internal static async ValueTask KeepTokenAsync(ITx tx, long id, string hash) =>
        await tx.ExecuteAsync("update paging_test set token = @hash where id = @id", new { id, hash });

    private static async Task<SelfTest?> OfTokenAsync(IReadTx tx, string token) =>
        (await tx.FirstAsync<Row>($"select {Columns} from paging_test where token = @hash", new { hash = TestLink.HashOf(token) }))?.ToTest();

    internal static async Task<SelfTest?> FindAsync(IReadTx tx, long id) =>
        (await tx.FirstAsync<Row>($"select {Columns} from paging_test where id = @id", new { id }))?.ToTest();

    /// <summary>The newest of each method and address, by <see cref="MarkOf"/>.</summary>
    internal static async Task<IReadOnlyDictionary<string, SelfTest>> NewestAsync(IReadTx tx, PersonKey person) =>
        (await tx.QueryAsync<Row>($"""
            select {Columns} from paging_test where id in (select max(id) from paging_test where person = @Value group by mark)
            """, new { person.Value })).Select(row => row.ToTest()).ToDictionary(test => test.Mark, StringComparer.Ordinal);

    /// <summary>When a test of anybody last got through, by person and <see cref="MarkOf"/>.</summary>
    internal static async Task<IReadOnlyDictionary<(PersonKey, string), DateTimeOffset>> AllLastSentAsync(IReadTx tx) =>
        (await tx.QueryAsync<Proof>("select person, mark, max(ended_at) as at from paging_test where is_sent = 1 group by person, mark"))
        .ToDictionary(proof => (new PersonKey(proof.Person), proof.Mark), proof => DateTimeOffset.FromUnixTimeMilliseconds(proof.At));

    internal static Task<int> EndAsync(ITx tx, long id, bool isSent, string answer, DateTimeOffset now) => tx.ExecuteAsync(
        "update paging_test set ended_at = @now, is_sent = @sent, answer = @answer where id = @id",
        new { id, sent = isSent ? 1L : 0L, answer, now = now.ToUnixTimeMilliseconds() });

    /// <summary>Names a method together with its address, without telling the address.</summary>
    internal static string MarkOf(ContactMethod method) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{method.Word}\0{ContactBook.Address(method)}")).AsSpan(0, 16));

    private sealed class Proof
    {
        public string Person { get; init; } = "";
        public string Mark { get; init; } = "";
        public long At { get; init; }
    }

    private sealed class Row
    {
        public long Id { get; init; }
        public string Person { get; init; } = "";
        public string Method { get; init; } = "";
        public string Mark { get; init; } = "";
        public long AskedAt { get; init; }
        public long? EndedAt { get; init; }
        public long IsSent { get; init; }
        public string? Answer { get; init; }
        public long? AcknowledgedAt { get; init; }

        public SelfTest ToTest() => new(Id, new PersonKey(Person), Method, Mark, DateTimeOffset.FromUnixTimeMilliseconds(AskedAt),
            EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null, IsSent != 0, Answer,
            AcknowledgedAt is { } tapped ? DateTimeOffset.FromUnixTimeMilliseconds(tapped) : null);
    }
}
