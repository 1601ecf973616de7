using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>Rows of <c>web_account</c>.</summary>
internal static class AccountTable
{
    private const string Columns = "person, password_hash, role, stamp, failed_count, locked_until, created_at, version";

    public static async Task<Account?> FindAsync(IReadTx tx, PersonKey person) =>
        (await tx.FirstAsync<Row>($"select {Columns} from web_account where person = @person", new { person = person.Value }))
        ?.ToAccount();

    public static async Task<IReadOnlyList<Account>> AllAsync(IReadTx tx) =>
        [.. (await tx.QueryAsync<Row>($"select {Columns} from web_account order by person")).Select(row => row.ToAccount())];

    public static async Task<bool> HasAdminAsync(IReadTx tx) =>
        await tx.FirstAsync<long>("select count(*) from web_account where role = 'admin'") > 0;

    /// <returns>False when the person has an account already.</returns>
    public static async Task<bool> InsertAsync(ITx tx, Account account) => await tx.ExecuteAsync("""
        insert into web_account (person, password_hash, role, stamp, failed_count, locked_until, created_at, version)
        values (@Person, @PasswordHash, @Role, @Stamp, @FailedCount, @LockedUntil, @CreatedAt, @Version)
        on conflict (person) do nothing
        """, Row.From(account)) == 1;

    /// <returns>False when somebody else changed it since it was read.</returns>
    public static async Task<bool> UpdateAsync(ITx tx, Account account) => await tx.ExecuteAsync("""
        update web_account set password_hash = @PasswordHash, role = @Role, stamp = @Stamp, failed_count = @FailedCount,
          locked_until = @LockedUntil, version = version + 1
        where person = @Person and version = @Version
        """, Row.From(account)) == 1;

    public static Task<int> DeleteAsync(ITx tx, PersonKey person) =>
        tx.ExecuteAsync("delete from web_account where person = @person", new { person = person.Value });

    private sealed class Row
    {
        public string Person { get; init; } = "";
        public string? PasswordHash { get; init; }
        public string Role { get; init; } = "";
        public string Stamp { get; init; } = "";
        public long FailedCount { get; init; }
        public long? LockedUntil { get; init; }
        public long CreatedAt { get; init; }
        public long Version { get; init; }

        public static Row From(Account account) => new()
        {
            Person = account.Person.Value,
            PasswordHash = account.PasswordHash,
            Role = RoleText.Of(account.Role),
            Stamp = account.Stamp,
            FailedCount = account.FailedCount,
            LockedUntil = account.LockedUntil?.ToUnixTimeMilliseconds(),
            CreatedAt = account.CreatedAt.ToUnixTimeMilliseconds(),
            Version = account.Version,
        };

        public Account ToAccount() => new()
        {
            Person = new PersonKey(Person),
            PasswordHash = PasswordHash,
            Role = RoleText.Read(Role),
            Stamp = Stamp,
            FailedCount = (int)FailedCount,
            LockedUntil = LockedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            Version = Version,
        };
    }
}

/// <summary>The word for a role in tables, claims and forms.</summary>
internal static class RoleText
{
    public static string Of(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Responder => "responder",
        Role.Admin => "admin",
    };

    public static bool TryRead(string? text, out Role role) =>
        Enum.TryParse(text, ignoreCase: true, out role) && text is { Length: > 0 } && char.IsAsciiLetter(text[0]);

    /// <exception cref="InvalidDataException">The database holds a role that this program does not know.</exception>
    public static Role Read(string text) => TryRead(text, out var role) ? role
        : throw new InvalidDataException($"'{text}' is no role; expected viewer, responder or admin");
}
