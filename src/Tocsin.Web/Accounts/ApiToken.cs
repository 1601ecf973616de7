using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>What a program shows instead of signing in.</summary>
/// <param name="Name">What it is for. Shape of a key; unique among nothing.</param>
/// <param name="Person">Whose it is; null for an integration.</param>
/// <param name="LastUsedAt">To the hour; null when never used.</param>
internal sealed record ApiToken(
    long Id, string Hash, string Name, Role Role, PersonKey? Person, Actor CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Before every token, so that people and secret scanners recognise one.</summary>
    public const string Prefix = "tocsin_";
}

/// <summary>Rows of <c>web_token</c>.</summary>
internal static class TokenTable
{
    private const string Columns = "id, hash, name, role, person, created_by, created_at, last_used_at, revoked_at";

    public static async Task<ApiToken?> FindAsync(IReadTx tx, string hash) =>
        (await tx.FirstAsync<Row>($"select {Columns} from web_token where hash = @hash", new { hash }))?.ToToken();

    public static async Task<ApiToken?> FindAsync(IReadTx tx, long id) =>
        (await tx.FirstAsync<Row>($"select {Columns} from web_token where id = @id", new { id }))?.ToToken();

    public static async Task<IReadOnlyList<ApiToken>> LiveAsync(IReadTx tx) =>
        [.. (await tx.QueryAsync<Row>($"select {Columns} from web_token where revoked_at is null order by name, id"))
            .Select(row => row.ToToken())];

    public static Task<long> InsertAsync(ITx tx, ApiToken token) => tx.InsertAsync("""
        insert into web_token (hash, name, role, person, created_by, created_at)
        values (@Hash, @Name, @Role, @Person, @CreatedBy, @CreatedAt) returning id
        """, new
    {
        token.Hash,
        token.Name,
        Role = RoleText.Of(token.Role),
        Person = token.Person?.Value,
        CreatedBy = token.CreatedBy.Text,
        CreatedAt = token.CreatedAt.ToUnixTimeMilliseconds(),
    });

    public static Task<int> TouchAsync(ITx tx, long id, DateTimeOffset now) =>
        tx.ExecuteAsync("update web_token set last_used_at = @now where id = @id", new { id, now = now.ToUnixTimeMilliseconds() });

    /// <returns>False when it was revoked already.</returns>
    public static async Task<bool> RevokeAsync(ITx tx, long id, DateTimeOffset now) => await tx.ExecuteAsync(
        "update web_token set revoked_at = @now where id = @id and revoked_at is null",
        new { id, now = now.ToUnixTimeMilliseconds() }) == 1;

    public static Task<int> RevokeAllOfAsync(ITx tx, PersonKey person, DateTimeOffset now) => tx.ExecuteAsync(
        "update web_token set revoked_at = @now where person = @person and revoked_at is null",
        new { person = person.Value, now = now.ToUnixTimeMilliseconds() });

    private sealed class Row
    {
        public long Id { get; init; }
        public string Hash { get; init; } = "";
        public string Name { get; init; } = "";
        public string Role { get; init; } = "";
        public string? Person { get; init; }
        public string CreatedBy { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? LastUsedAt { get; init; }
        public long? RevokedAt { get; init; }

        public ApiToken ToToken() => new(
            Id, Hash, Name, RoleText.Read(Role), Person is null ? null : new PersonKey(Person), new Actor(CreatedBy),
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), At(LastUsedAt), At(RevokedAt));

        private static DateTimeOffset? At(long? milliseconds) =>
            milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
