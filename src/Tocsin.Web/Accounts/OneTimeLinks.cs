using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>Makes links that work once, and turns one into an account.</summary>
internal sealed class OneTimeLinks(IStore store, TimeProvider clock)
{
    private const int TokenMax = 100;

    /// <summary>Makes a link and forgets the unused one of the same kind and person.</summary>
    /// <returns>The token, told this once.</returns>
    public async Task<string> CreateAsync(
        LinkKind kind, PersonKey? person, Role role, TimeSpan validFor, Actor by, CancellationToken cancellation = default)
    {
        var token = OneTimeToken.New();
        var now = clock.GetUtcNow();
        await store.WriteAsync(async tx =>
        {
            await LinkTable.ForgetAsync(tx, kind, person, now);
            await LinkTable.InsertAsync(tx, new OneTimeLink(OneTimeToken.Hash(token), kind, person, role, by, now, now + validFor, null));
            if (kind == LinkKind.Invitation && person is { } invited)
                tx.Append(new AccountChanged(invited, $"was invited as {AccountChange.InWords(role)}"), now, by);
        }, cancellation: cancellation);
        return token;
    }

    public async Task<OneTimeLink?> FindAsync(string token, CancellationToken cancellation = default) =>
        token.Length > TokenMax ? null
            : await store.ReadAsync(async tx => await LinkTable.FindAsync(tx, OneTimeToken.Hash(token)), cancellation);

    /// <summary>Uses the link up and makes or changes the account, both or neither.</summary>
    /// <param name="passwordHash">Null keeps the password that the account may have.</param>
    /// <returns>The account; an error when the link has been used, has expired, or a first administrator came to be.</returns>
    public Task<Parsed<Account>> RedeemAsync(
        OneTimeLink link, PersonKey person, string? passwordHash, string stamp, CancellationToken cancellation = default) =>
        store.WriteAsync(async tx =>
        {
            var now = clock.GetUtcNow();
            if (link.Kind == LinkKind.FirstAdmin && await AccountTable.HasAdminAsync(tx))
                return Parsed<Account>.Bad("There is an administrator already. Ask that person for an invitation.");
            if (!await LinkTable.ConsumeAsync(tx, link.Hash, now))
                return Parsed<Account>.Bad("This link has been used or has expired.");
            var (account, what) = Decide(await AccountTable.FindAsync(tx, person), link, person, passwordHash, stamp, now);
            if (!await AccountTable.InsertAsync(tx, account)) await AccountTable.UpdateAsync(tx, account);
            tx.Append(new AccountChanged(person, what), now, Actor.User(person));
            return account;
        }, cancellation: cancellation);

    private static (Account Account, string What) Decide(
        Account? existing, OneTimeLink link, PersonKey person, string? passwordHash, string stamp, DateTimeOffset now)
    {
        var account = existing ?? new Account { Person = person, Role = link.Role, Stamp = stamp, CreatedAt = now };
        if (link.Kind == LinkKind.SignIn) return (account, "signed in by link");
        account.PasswordHash = passwordHash ?? account.PasswordHash;
        account.Role = link.Role;
        // A password set by link ends all sessions of the old one, and its lock.
        account.Stamp = stamp;
        (account.FailedCount, account.LockedUntil) = (0, null);
        return (account, link.Kind == LinkKind.FirstAdmin ? "became the first administrator"
            : $"accepted the invitation as {AccountChange.InWords(link.Role)}");
    }
}
