using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

internal enum LinkKind { FirstAdmin = 0, Invitation = 1, SignIn = 2 }

/// <summary>A link that works once.</summary>
/// <param name="Person">Whom it is for; null: whoever opens it chooses.</param>
internal sealed record OneTimeLink(
    string Hash, LinkKind Kind, PersonKey? Person, Role Role, Actor CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt)
{
    public bool IsUsable(DateTimeOffset now) => UsedAt is null && now < ExpiresAt;
}

/// <summary>Rows of <c>web_link</c>.</summary>
internal static class LinkTable
{
    public static async Task<OneTimeLink?> FindAsync(IReadTx tx, string hash) => (await tx.FirstAsync<Row>("""
        select hash, kind, person, role, created_by, created_at, expires_at, used_at from web_link where hash = @hash
        """, new { hash }))?.ToLink();

    public static async Task InsertAsync(ITx tx, OneTimeLink link) => await tx.ExecuteAsync("""
        insert into web_link (hash, kind, person, role, created_by, created_at, expires_at)
        values (@Hash, @Kind, @Person, @Role, @CreatedBy, @CreatedAt, @ExpiresAt)
        """, new
    {
        link.Hash,
        Kind = TextOf(link.Kind),
        Person = link.Person?.Value,
        Role = RoleText.Of(link.Role),
        CreatedBy = link.CreatedBy.Text,
        CreatedAt = link.CreatedAt.ToUnixTimeMilliseconds(),
        ExpiresAt = link.ExpiresAt.ToUnixTimeMilliseconds(),
    });

    /// <summary>Uses the link up. Of several who try at once, one gets true.</summary>
    public static async Task<bool> ConsumeAsync(ITx tx, string hash, DateTimeOffset now) => await tx.ExecuteAsync(
        "update web_link set used_at = @now where hash = @hash and used_at is null and expires_at > @now",
        new { hash, now = now.ToUnixTimeMilliseconds() }) == 1;

    /// <summary>Forgets what cannot be used any more, and unused links that a newer one replaces.</summary>
    public static Task ForgetAsync(ITx tx, LinkKind kind, PersonKey? person, DateTimeOffset now) => tx.ExecuteAsync("""
        delete from web_link where expires_at <= @now
          or (kind = @kind and used_at is null and coalesce(person, '') = @person)
        """, new { kind = TextOf(kind), person = person?.Value ?? "", now = now.ToUnixTimeMilliseconds() });

    private static string TextOf(LinkKind kind) => kind switch
    {
        LinkKind.FirstAdmin => "first-admin",
        LinkKind.Invitation => "invitation",
        LinkKind.SignIn => "sign-in",
    };

    private sealed class Row
    {
        public string Hash { get; init; } = "";
        public string Kind { get; init; } = "";
        public string? Person { get; init; }
        public string Role { get; init; } = "";
        public string CreatedBy { get; init; } = "";
        public long CreatedAt { get; init; }
        public long ExpiresAt { get; init; }
        public long? UsedAt { get; init; }

        public OneTimeLink ToLink() => new(
            Hash, Enum.GetValues<LinkKind>().Single(kind => TextOf(kind) == Kind), Person is null ? null : new PersonKey(Person),
            RoleText.Read(Role), new Actor(CreatedBy), DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
            UsedAt is { } used ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null);
    }
}
