using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>A token as people see it: everything but what proves it.</summary>
/// <param name="ActsAs">Key of the person, or the word <c>integration</c>.</param>
/// <param name="LastUsedAt">To the hour; null when never used.</param>
public sealed record TokenView(
    long Id, string Name, Role Role, string ActsAs, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>Makes, recognises and revokes API tokens.</summary>
public sealed class ApiTokens(IStore store, TimeProvider clock, IPeopleDirectory people)
{
    private const int TextMax = 200;

    /// <summary>Makes a token that acts as a person, with at most the role given.</summary>
    /// <param name="name">What it is for. Shape of a key.</param>
    /// <returns>The token, told this once; only its hash is kept.</returns>
    public Task<Parsed<string>> CreateForAsync(
        PersonKey person, string name, Role role, Actor by, CancellationToken cancellation = default) =>
        CreateAsync(person, name, role, by, cancellation);

    /// <summary>Makes a token that acts as an integration of that name.</summary>
    /// <returns>The token, told this once; only its hash is kept.</returns>
    public Task<Parsed<string>> CreateForIntegrationAsync(
        string name, Role role, Actor by, CancellationToken cancellation = default) =>
        CreateAsync(null, name, role, by, cancellation);

    /// <param name="onlyOf">Tokens of this person; null is everybody's and the integrations'.</param>
    internal async Task<IReadOnlyList<TokenView>> LiveAsync(PersonKey? onlyOf = null, CancellationToken cancellation = default) =>
        [.. (await store.ReadAsync(async tx => await TokenTable.LiveAsync(tx), cancellation))
            .Where(token => onlyOf is null || token.Person == onlyOf)
            .Select(token => new TokenView(
                token.Id, token.Name, token.Role, token.Person?.Value ?? "integration", token.CreatedAt, token.LastUsedAt))];

    /// <param name="onlyOf">Refuse tokens of others; null may revoke any.</param>
    /// <returns>False when there is no such token.</returns>
    internal Task<bool> RevokeAsync(long id, PersonKey? onlyOf, Actor by, CancellationToken cancellation = default) =>
        store.WriteAsync(async tx =>
        {
            if (await TokenTable.FindAsync(tx, id) is not { } token || (onlyOf is not null && token.Person != onlyOf)) return false;
            if (!await TokenTable.RevokeAsync(tx, id, clock.GetUtcNow())) return false;
            tx.Append(Fact(token, "was revoked"), clock.GetUtcNow(), by);
            return true;
        }, cancellation: cancellation);

    /// <returns>The token and the role in force now; null when it proves nothing.</returns>
    internal async Task<(ApiToken Token, Role Role)?> RecogniseAsync(string text, CancellationToken cancellation)
    {
        if (text.Length > TextMax || !text.StartsWith(ApiToken.Prefix, StringComparison.Ordinal)) return null;
        var hash = OneTimeToken.Hash(text);
        var found = await store.ReadAsync(async tx =>
        {
            var token = await TokenTable.FindAsync(tx, hash);
            var owner = token?.Person is { } person ? await AccountTable.FindAsync(tx, person) : null;
            return (Token: token, Owner: owner);
        }, cancellation);
        if (found.Token is not { RevokedAt: null } token || !IsSame(token.Hash, hash)) return null;
        if (token.Person is { } key && (found.Owner is null || people.Find(key) is null)) return null;
        await TouchAsync(token);
        // A person's token never does more than the person may do now.
        return (token, found.Owner is { } account && account.Role < token.Role ? account.Role : token.Role);
    }

    private async Task<Parsed<string>> CreateAsync(
        PersonKey? person, string name, Role role, Actor by, CancellationToken cancellation)
    {
        if (!Keys.IsKey(name)) return Parsed<string>.Bad($"The name '{name}' does not fit: {Keys.Shape}.");
        var text = ApiToken.Prefix + OneTimeToken.New();
        var now = clock.GetUtcNow();
        var token = new ApiToken(0, OneTimeToken.Hash(text), name, role, person, by, now, null, null);
        await store.WriteAsync(async tx =>
        {
            await TokenTable.InsertAsync(tx, token);
            tx.Append(Fact(token, $"was made for {AccountChange.InWords(role)}"), now, by);
        }, cancellation: cancellation);
        return text;
    }

    // Only to show which tokens are still used: once an hour, and never a reason to refuse a request.
    private async Task TouchAsync(ApiToken token)
    {
        var now = clock.GetUtcNow();
        if (token.LastUsedAt is { } last && now - last < TimeSpan.FromHours(1)) return;
        try { await store.WriteAsync(async tx => { await TokenTable.TouchAsync(tx, token.Id, now); }); }
        catch (StoreUnavailableException) { /* the health page says that nothing can be written */ }
    }

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    // An integration is named in the same place as a person: both are keys, and the phrase says which it is.
    private static AccountChanged Fact(ApiToken token, string what) => token.Person is { } person
        ? new AccountChanged(person, $"API token {token.Name} {what}")
        : new AccountChanged(new PersonKey(token.Name), $"integration token {token.Name} {what}");
}
