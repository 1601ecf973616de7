using Tocsin.Kernel;

namespace Tocsin.Web.Accounts;

/// <summary>How one person signs in. Mutable, because ASP.NET Core Identity changes it in steps before it stores it.</summary>
internal sealed class Account
{
    public required PersonKey Person { get; init; }
    /// <summary>Identity's format with salt and iterations; null while the person signs in by one-time link only.</summary>
    public string? PasswordHash { get; set; }
    public required Role Role { get; set; }
    /// <summary>Changes whenever everything signed in so far must sign in again. Never empty.</summary>
    public required string Stamp { get; set; }
    /// <summary>Wrong passwords since the last right one or the last lock.</summary>
    public int FailedCount { get; set; }
    /// <summary>No sign-in by password before; null when not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Grows with each stored change; guards against two changes at once.</summary>
    public long Version { get; set; }
}

/// <summary>What a stored change of an account means to people.</summary>
internal static class AccountChange
{
    /// <returns>Phrases for the journal; empty when only counters moved.</returns>
    public static IReadOnlyList<string> Describe(Account before, Account after)
    {
        var changes = new List<string>();
        // A hash may also be renewed silently, with more iterations; then the stamp stays.
        if (before.PasswordHash != after.PasswordHash && before.Stamp != after.Stamp) changes.Add("set a new password");
        if (before.Role != after.Role) changes.Add($"became {InWords(after.Role)}");
        if (after.LockedUntil is { } until && until != before.LockedUntil)
            changes.Add("was locked out after too many wrong passwords");
        return changes;
    }

    public static string InWords(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Responder => "responder",
        Role.Admin => "administrator",
    };
}
