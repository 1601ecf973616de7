using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Tocsin.Web.Accounts;

/// <summary>What the session cookie says about a person.</summary>
internal sealed class AccountPrincipal(IPeopleDirectory people, IOptions<IdentityOptions> options) : IUserClaimsPrincipalFactory<Account>
{
    public Task<ClaimsPrincipal> CreateAsync(Account user)
    {
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.Person.Value));
        identity.AddClaim(new Claim(ClaimTypes.Name, people.NameOf(user.Person)));
        identity.AddClaim(new Claim(ClaimTypes.Role, RoleText.Of(user.Role)));
        identity.AddClaim(new Claim(options.Value.ClaimsIdentity.SecurityStampClaimType, user.Stamp));
        return Task.FromResult(new ClaimsPrincipal(identity));
    }
}

/// <summary>Lets only people in whom the configuration still names.</summary>
internal sealed class KnownPeopleOnly(IPeopleDirectory people) : IUserConfirmation<Account>
{
    public Task<bool> IsConfirmedAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(people.Find(user.Person) is not null);
}

/// <summary>Keys are lower-case; people type their name as they like.</summary>
internal sealed class KeyNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name?.Trim().ToLowerInvariant();
    public string? NormalizeEmail(string? email) => NormalizeName(email);
}
