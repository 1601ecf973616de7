using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>Accounts as ASP.NET Core Identity wants them. The user's id and name are both the person's key.</summary>
/// <remarks>Each stored change that means something to people is a fact, in the same unit.</remarks>
internal sealed class AccountStore(IStore store, TimeProvider clock, IHttpContextAccessor http) :
    IUserPasswordStore<Account>, IUserSecurityStampStore<Account>, IUserLockoutStore<Account>
{
    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Keys.TryParse<PersonKey>(userId, out var person)
            ? store.ReadAsync(async tx => await AccountTable.FindAsync(tx, person), cancellationToken)
            : Task.FromResult<Account?>(null);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FindByIdAsync(normalizedUserName, cancellationToken);

    public async Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) =>
        await store.WriteAsync(async tx =>
        {
            if (!await AccountTable.InsertAsync(tx, user)) return false;
            tx.Append(new AccountChanged(user.Person, $"got an account as {AccountChange.InWords(user.Role)}"), clock.GetUtcNow(), Actor);
            return true;
        }, cancellation: cancellationToken) ? IdentityResult.Success : IdentityResult.Failed(Errors.DuplicateUserName(user.Person.Value));

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        var error = await store.WriteAsync(async tx =>
        {
            if (await AccountTable.FindAsync(tx, user.Person) is not { } before) return Errors.ConcurrencyFailure();
            if (user.Role != Role.Admin && await IsLastAdminAsync(tx, before)) return LastAdmin;
            if (!await AccountTable.UpdateAsync(tx, user)) return Errors.ConcurrencyFailure();
            foreach (var what in AccountChange.Describe(before, user))
                tx.Append(new AccountChanged(user.Person, what), clock.GetUtcNow(), Actor);
            return null;
        }, cancellation: cancellationToken);
        if (error is not null) return IdentityResult.Failed(error);
        user.Version++;
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken)
    {
        var error = await store.WriteAsync(async tx =>
        {
            if (await AccountTable.FindAsync(tx, user.Person) is not { } before) return Errors.ConcurrencyFailure();
            if (await IsLastAdminAsync(tx, before)) return LastAdmin;
            await AccountTable.DeleteAsync(tx, user.Person);
            await TokenTable.RevokeAllOfAsync(tx, user.Person, clock.GetUtcNow());
            tx.Append(new AccountChanged(user.Person, "lost the account"), clock.GetUtcNow(), Actor);
            return null;
        }, cancellation: cancellationToken);
        return error is null ? IdentityResult.Success : IdentityResult.Failed(error);
    }

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Person.Value);
    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Person.Value);
    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Person.Value);

    // The key is the name and never changes; Identity sets its normalized form before each store, which is the same text.
    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => Task.CompletedTask;
    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }
    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);
    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken)
    {
        user.Stamp = stamp;
        return Task.CompletedTask;
    }
    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Stamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.LockedUntil);
    public Task SetLockoutEndDateAsync(Account user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        user.LockedUntil = lockoutEnd;
        return Task.CompletedTask;
    }
    public Task<int> IncrementAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(++user.FailedCount);
    public Task ResetAccessFailedCountAsync(Account user, CancellationToken cancellationToken)
    {
        user.FailedCount = 0;
        return Task.CompletedTask;
    }
    public Task<int> GetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.FailedCount);
    public Task<bool> GetLockoutEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(true);
    // Nobody is exempt from the lock.
    public Task SetLockoutEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() { }

    private static readonly IdentityErrorDescriber Errors = new();
    private static readonly IdentityError LastAdmin = new()
    {
        Code = nameof(LastAdmin),
        Description = "This is the only administrator. Make somebody else administrator first.",
    };

    private static async Task<bool> IsLastAdminAsync(ITx tx, Account account) =>
        account.Role == Role.Admin && (await AccountTable.AllAsync(tx)).Count(other => other.Role == Role.Admin) == 1;

    // A lock happens while nobody is signed in, and not by the person whose account it is: then Tocsin did it.
    private Actor Actor => http.HttpContext?.User.Actor ?? Kernel.Actor.Tocsin;
}
