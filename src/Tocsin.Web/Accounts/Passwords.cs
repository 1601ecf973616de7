using Microsoft.AspNetCore.Identity;

namespace Tocsin.Web.Accounts;

/// <summary>What a password must be. Length alone: rules of composition make people choose worse ones (NIST SP 800-63B, 3.1.1.2).</summary>
internal sealed class PasswordRules : IPasswordValidator<Account>
{
    public const int LengthMin = 12;
    /// <summary>Hashing cost grows with length; nobody types more.</summary>
    public const int LengthMax = 200;

    public static string? ErrorOf(string? password, string person) => password switch
    {
        null or { Length: < LengthMin } => $"At least {LengthMin} characters. A few words in a row are easy to remember.",
        { Length: > LengthMax } => $"At most {LengthMax} characters.",
        _ when password.Distinct().Count() < 4 => "More than a few different characters.",
        _ when password.Contains(person, StringComparison.OrdinalIgnoreCase) && person.Length >= 4 => "Not with your own name in it.",
        _ => null,
    };

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(
        ErrorOf(password, user.Person.Value) is { } error
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = error }) : IdentityResult.Success);
}
