namespace Tocsin.Web.Pages;

/// <summary>What the sign-in form brings. Untrusted.</summary>
internal sealed class SignInForm
{
    public string? Name { get; set; }
    public string? Password { get; set; }
}

/// <summary>What the forms of one-time links bring. Untrusted.</summary>
internal sealed class RedeemForm
{
    public string? Person { get; set; }
    public string? Password { get; set; }
}

internal sealed class PasswordForm
{
    public string? Current { get; set; }
    public string? Wanted { get; set; }
}

internal sealed class TokenForm
{
    public string? Name { get; set; }
    public string? Role { get; set; }
}

internal sealed class PersonForm
{
    public string? Person { get; set; }
    public string? Role { get; set; }
}

/// <summary>Addresses within this server.</summary>
internal static class LocalPath
{
    /// <returns>The wanted path when it stays on this server; else the other one.</returns>
    public static string Or(string? wanted, string other) =>
        // "//host" and "/\host" leave the server; control characters are dropped by browsers before they look.
        wanted is ['/', ..] and not ['/', '/' or '\\', ..] && wanted.Length <= 2_000 && !wanted.Any(char.IsControl) ? wanted : other;
}
