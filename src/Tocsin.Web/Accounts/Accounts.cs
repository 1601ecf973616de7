using Microsoft.AspNetCore.Identity;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>What people do with accounts. Every refusal is a sentence.</summary>
internal sealed class Accounts(
    SignInManager<Account> signIn, UserManager<Account> users, OneTimeLinks links, IPeopleDirectory people, IStore store)
{
    public static readonly TimeSpan InvitationValidFor = TimeSpan.FromDays(7);

    // Compared with when there is no such account, so that both answers take the same time.
    private static string? someHash;

    /// <returns>Null when signed in; else why not, without telling whether the name exists.</returns>
    public async Task<string?> SignInAsync(string? name, string? password)
    {
        if (name is not { Length: > 0 and <= Keys.LengthMax } || password is not { Length: > 0 and <= PasswordRules.LengthMax })
            return "Enter your name and your password.";
        if (await users.FindByNameAsync(name) is not { PasswordHash: not null } account)
        {
            someHash ??= users.PasswordHasher.HashPassword(null!, OneTimeToken.New());
            users.PasswordHasher.VerifyHashedPassword(null!, someHash, password);
            return WrongText;
        }
        var result = await signIn.PasswordSignInAsync(account, password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? null
            : result.IsLockedOut ? "Too many wrong passwords. Wait five minutes, or ask an administrator for a new link."
            : WrongText;
    }

    /// <summary>Uses a link up: sets the account and signs in.</summary>
    /// <returns>Null when signed in; else why not.</returns>
    public async Task<string?> RedeemAsync(OneTimeLink link, PersonKey person, string? password, CancellationToken cancellation)
    {
        if (people.Find(person) is null) return $"The configuration names nobody '{person}'. Add the person under people: and try again.";
        if (password is not null && PasswordRules.ErrorOf(password, person.Value) is { } error) return error;
        var hash = password is null ? null : users.PasswordHasher.HashPassword(null!, password);
        var redeemed = await links.RedeemAsync(link, person, hash, OneTimeToken.New(), cancellation);
        if (!redeemed.TryGet(out var account, out var why)) return why;
        await signIn.SignInAsync(account, isPersistent: true);
        return null;
    }

    /// <returns>Null when changed; else why not.</returns>
    public async Task<string?> ChangePasswordAsync(PersonKey person, string? current, string? wanted)
    {
        if (await users.FindByIdAsync(person.Value) is not { } account) return "This account is gone.";
        if (current is { Length: > PasswordRules.LengthMax }) return WrongCurrentText;
        if (PasswordRules.ErrorOf(wanted, person.Value) is { } error) return error;
        var result = account.PasswordHash is null
            ? await users.AddPasswordAsync(account, wanted!)
            : await users.ChangePasswordAsync(account, current ?? "", wanted!);
        if (!result.Succeeded)
            return result.Errors.Any(failed => failed.Code == nameof(IdentityErrorDescriber.PasswordMismatch))
                ? WrongCurrentText : result.Errors.First().Description;
        // Other sessions end; this one goes on with the new stamp.
        await signIn.RefreshSignInAsync(account);
        return null;
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    public Task<IReadOnlyList<Account>> AllAsync(CancellationToken cancellation) =>
        store.ReadAsync(async tx => await AccountTable.AllAsync(tx), cancellation);

    /// <returns>The path of the link, told this once.</returns>
    public async Task<Parsed<string>> InviteAsync(PersonKey person, Role role, Actor by, CancellationToken cancellation) =>
        people.Find(person) is null ? Parsed<string>.Bad($"The configuration names nobody '{person}'.")
            : "/invite/" + await links.CreateAsync(LinkKind.Invitation, person, role, InvitationValidFor, by, cancellation);

    /// <returns>Null when done; else why not.</returns>
    public async Task<string?> ChangeRoleAsync(PersonKey person, Role role)
    {
        if (await users.FindByIdAsync(person.Value) is not { } account) return "There is no such account.";
        account.Role = role;
        var result = await users.UpdateSecurityStampAsync(account);
        return result.Succeeded ? null : result.Errors.First().Description;
    }

    /// <summary>Removes the account and revokes its tokens; the history keeps the name.</summary>
    /// <returns>Null when done; else why not.</returns>
    public async Task<string?> RemoveAsync(PersonKey person)
    {
        if (await users.FindByIdAsync(person.Value) is not { } account) return "There is no such account.";
        var result = await users.DeleteAsync(account);
        return result.Succeeded ? null : result.Errors.First().Description;
    }

    private const string WrongText = "Name or password is wrong.";
    private const string WrongCurrentText = "The present password is wrong.";
}
