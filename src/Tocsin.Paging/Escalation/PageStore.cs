using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging;

public enum PageState { Requested, Sent, Failed, Withdrawn }

/// <summary>One attempt to wake one person about one incident by one method.</summary>
/// <param name="Method">Such as <c>mail</c>; the second mail address of a person is <c>mail-2</c>.</param>
/// <param name="Step">One-based.</param>
/// <param name="LastWord">The provider's, or why it failed; null before the first attempt.</param>
public sealed record Page(
    PageId Id, IncidentId Incident, PersonKey Person, string Method, string Why, int Step, int Round, PageState State, int Attempts,
    DateTimeOffset RequestedAt, DateTimeOffset? SentAt, string? LastWord);

/// <summary>The SQL of pages and their tokens.</summary>
internal static class PageStore
{
    private const string Columns = "id, incident, person, method, why, step, round, state, attempts, requested_at, sent_at, last_word";

    public static async Task<Page?> FindAsync(IReadTx tx, PageId id) =>
        (await tx.FirstAsync<PageRow>($"select {Columns} from paging_page where id = @Value", new { id.Value }))?.ToPage();

    public static async Task<IReadOnlyList<Page>> OfIncidentAsync(IReadTx tx, IncidentId incident) =>
        [.. (await tx.QueryAsync<PageRow>($"select {Columns} from paging_page where incident = @Value order by id", new { incident.Value }))
            .Select(row => row.ToPage())];

    public static async Task<PageId> InsertAsync(
        ITx tx, IncidentId incident, PersonKey person, string method, string why, int step, int round, DateTimeOffset now) =>
        new(await tx.InsertAsync("""
            insert into paging_page (incident, person, method, why, step, round, state, attempts, requested_at)
            values (@incident, @person, @method, @why, @step, @round, 'requested', 0, @now) returning id
            """, new
        {
            incident = incident.Value,
            person = person.Value,
            method,
            why,
            step = (long)step,
            round = (long)round,
            now = now.ToUnixTimeMilliseconds(),
        }));

    public static Task<int> SettleAsync(ITx tx, PageId id, PageState state, int attempts, DateTimeOffset? sentAt, string word) => tx.ExecuteAsync("""
        update paging_page set state = @state, attempts = @attempts, sent_at = coalesce(@sent, sent_at), last_word = @word where id = @Value
        """, new
    {
        state = state.ToString().ToLowerInvariant(),
        attempts = (long)attempts,
        sent = sentAt?.ToUnixTimeMilliseconds(),
        word,
        id.Value,
    });

    public static Task<int> KeepTokenAsync(ITx tx, string hash, PageId page, DateTimeOffset now) => tx.ExecuteAsync("""
        insert into paging_token (hash, page, made_at) values (@hash, @page, @now) on conflict (hash) do nothing
        """, new { hash, page = page.Value, now = now.ToUnixTimeMilliseconds() });

    public static async Task<bool> HasTokenAsync(IReadTx tx, string hash, PageId page) => await tx.FirstAsync<long>(
        "select count(*) from paging_token where hash = @hash and page = @page", new { hash, page = page.Value }) == 1;

    /// <summary>Ends every link of an incident.</summary>
    public static Task<int> EndTokensAsync(ITx tx, IncidentId incident) => tx.ExecuteAsync(
        "delete from paging_token where page in (select id from paging_page where incident = @Value)", new { incident.Value });

    private sealed class PageRow
    {
        public long Id { get; init; }
        public long Incident { get; init; }
        public string Person { get; init; } = "";
        public string Method { get; init; } = "";
        public string Why { get; init; } = "";
        public long Step { get; init; }
        public long Round { get; init; }
        public string State { get; init; } = "";
        public long Attempts { get; init; }
        public long RequestedAt { get; init; }
        public long? SentAt { get; init; }
        public string? LastWord { get; init; }

        public Page ToPage() => new(new PageId(Id), new IncidentId(Incident), new PersonKey(Person), Method, Why, (int)Step, (int)Round,
            Enum.Parse<PageState>(State, ignoreCase: true), (int)Attempts, DateTimeOffset.FromUnixTimeMilliseconds(RequestedAt),
            SentAt is { } sent ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : null, LastWord);
    }
}
